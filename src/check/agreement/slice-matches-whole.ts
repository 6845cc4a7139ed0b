import type { Slice } from '../../http/byte-range.js'
import type { Check } from '../subject/check-definition.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { judgeSlice } from '../subject/judge-slice.js'

const MOST_BYTES = 1024

/** Where the slices begin, as parts of the bytes that the response without Range has shown. */
const PLACES = [1 / 7, 4 / 7, 6 / 7]

export const sliceMatchesWhole: Check = {
  id: 'slice-matches-whole',
  group: 'agreement',
  requirement: 'The bytes of a range are those that the whole has at its place.',
  section: 'RFC 9110 §15.3.7',
  strength: 'MUST',
  level: 'resumes',
  harm: 'A resumed download has the right size and wrong bytes, in every client, without an error.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: PLACES.length, bytes: PLACES.length * 2 * MOST_BYTES },
  async run(subject) {
    const { body } = subject.facts.whole
    const slices = PLACES.map((place) => sliceAt(Math.floor(body.length * place), body.length))
    if (body.length === 0) return skipped('the response without Range has no body')
    for (const { start, end } of slices) {
      const range = `bytes=${start}-${end - 1}`
      const exchange = await subject.sendRange(range, {}, { read: MOST_BYTES + 1 })
      const finding = judgeSlice(subject, exchange, { start, end })
      if (finding.kind === 'failed') return finding
      if (!body.subarray(start, end).equals(exchange.body)) {
        return failed(exchange, `the bytes ${start}-${end - 1} of the whole`, 'other bytes')
      }
    }
    return PASSED
  },
}

function sliceAt(start: number, length: number): Slice {
  return { start, end: Math.min(start + MOST_BYTES, length) }
}
