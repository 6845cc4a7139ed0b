import { describe, expect, it } from 'vitest'
import { isRefused, rangeCheck } from '../../../src/check/ranges/range-check.js'
import { KnownBytes } from '../../../src/check/subject/known-bytes.js'
import type { Subject } from '../../../src/check/subject/subject.js'
import { exchangeWith } from '../../fixture/exchange.js'

const check = rangeCheck({
  id: 'range-example',
  requirement: 'A range is answered.',
  section: 'RFC 9110 §14.2',
  harm: 'None.',
  bytes: 2,
  range: (size) => `bytes=0-${size - 9}`,
  slice: (size) => ({ start: 0, end: size - 8 }),
})

function run(body: string, range = 'bytes 0-1/10') {
  const sent: unknown[] = []
  const response = exchangeWith({ status: 206, fields: { 'content-range': range } })
  const sendRange = async (...request: unknown[]) => {
    sent.push(request)
    return { ...response, body: Buffer.from(body) }
  }
  const subject = { size: 10, known: new KnownBytes(), sendRange } as unknown as Subject
  return { sent, finding: check.run(subject) }
}

describe('a check of one range', () => {
  it('reads one byte more than the slice has, so that a longer body shows', async () => {
    const { sent, finding } = run('ab')
    expect(await finding).toEqual({ kind: 'passed' })
    expect(sent).toEqual([['bytes=0-1', {}, { read: 3 }]])
    expect(await run('abc').finding).toMatchObject({ received: expect.stringContaining('3 bytes') })
  })

  it('fails for another slice', async () => {
    expect(await run('ab', 'bytes 1-2/10').finding).toMatchObject({
      expected: '206 with Content-Range: bytes 0-1/10',
      received: '206 with Content-Range: bytes 1-2/10',
    })
  })

  it('is a SHOULD, since a server may ignore Range', () => {
    expect(check.strength).toBe('SHOULD')
  })
})

it.each([
  [399, false],
  [400, true],
  [416, true],
  [499, true],
  [500, false],
])('takes status %i for a refusal: %s', (status, refused) => {
  expect(isRefused(exchangeWith({ status }))).toBe(refused)
})
