import type { Check } from '../subject/check-definition.js'
import { judgeSlice } from '../subject/judge-slice.js'

const MOST = 1024

export const http2End: Check = {
  id: 'http-2-end',
  group: 'ends',
  requirement: 'A complete body over HTTP/2 has the announced length and ends with END_STREAM.',
  section: 'RFC 9113 §8.1, §8.1.1',
  strength: 'MUST',
  level: 'resumes',
  harm: 'Browsers take a short body for a whole one, or a complete one for an error, and retry.',
  needs: ['http/2', 'ranges', 'size', 'bytes'],
  cost: { requests: 1, bytes: 2 * MOST },
  async run(subject) {
    const end = Math.min(subject.size, MOST)
    // One byte more: where no length is announced, only the end after it shows that the slice is complete.
    const exchange = await subject.sendRange(`bytes=0-${end - 1}`, {}, { read: end + 1 })
    return judgeSlice(subject, exchange, { start: 0, end })
  },
}
