import { expect, it } from 'vitest'
import { severalCheck } from '../../../src/check/ranges/several-check.js'
import { KnownBytes } from '../../../src/check/subject/known-bytes.js'
import type { Subject } from '../../../src/check/subject/subject.js'
import { exchangeWith } from '../../fixture/exchange.js'

async function run(status: number, refusal: 'allowed' | 'wrong') {
  const check = severalCheck({
    id: 'range-example',
    requirement: 'Ranges are answered.',
    section: 'RFC 9110 §14.2',
    strength: 'MUST',
    harm: 'None.',
    slices: (size) => [
      { start: size - 2, end: size },
      { start: 0, end: 1 },
    ],
    refusal,
  })
  const sent: string[] = []
  const sendRange = async (range: string) => {
    sent.push(range)
    return exchangeWith({ status })
  }
  const subject = { size: 10, known: new KnownBytes(), sendRange } as unknown as Subject
  return { sent, kind: (await check.run(subject)).kind }
}

it('sends the slices in their order', async () => {
  expect(await run(200, 'wrong')).toEqual({ sent: ['bytes=8-9,0-0'], kind: 'passed' })
})

it.each([
  [416, 'allowed', 'passed'],
  [403, 'allowed', 'passed'],
  [500, 'allowed', 'failed'],
  [416, 'wrong', 'failed'],
] as const)(
  'where %i is received and a refusal is %s, it has %s',
  async (status, refusal, kind) => {
    expect((await run(status, refusal)).kind).toBe(kind)
  },
)
