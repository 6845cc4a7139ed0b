import { describe, expect, it } from 'vitest'
import { ifRangeFreshDate } from '../../../src/check/conditions/if-range-fresh-date.js'
import { KnownBytes } from '../../../src/check/subject/known-bytes.js'
import type { Subject } from '../../../src/check/subject/subject.js'
import { expectFound } from '../../fixture/check-mutant.js'
import { ignoring } from '../../fixture/condition-mutants.js'
import { exchangeWith } from '../../fixture/exchange.js'

it('finds a server that sends the range for an If-Range with the present second', async () => {
  await expectFound({ rules: [ignoring('if-range', '3-3')], fails: ['if-range-fresh-date'] })
})

const secondAt = (second: number) => `Sun, 06 Nov 1994 08:49:0${second} GMT`

/** Checks a server that sends the range of a file which was written at second 0, at these seconds. */
function checkAt(first: number | undefined, second: number) {
  const dates = [first, second].map((each) => (each === undefined ? undefined : secondAt(each)))
  const sendRange = async () =>
    exchangeWith({ status: 206, fields: { date: dates.shift(), 'last-modified': secondAt(0) } })
  const subject = { known: new KnownBytes(), size: 10, sendRange }
  return ifRangeFreshDate.run(subject as unknown as Subject)
}

describe('a range for the second in which a file was written', () => {
  it('is wrong in the same second, since a further change may follow', async () => {
    expect(await checkAt(0, 0)).toMatchObject({ kind: 'failed' })
  })

  it('is right a second later', async () => {
    expect(await checkAt(0, 1)).toEqual({ kind: 'passed' })
  })

  it('is wrong where the date is that of the response before', async () => {
    expect(await checkAt(1, 3)).toMatchObject({ kind: 'failed' })
  })

  it('is not checked where the server sends no Date', async () => {
    expect(await checkAt(undefined, 1)).toMatchObject({ kind: 'skipped' })
  })
})
