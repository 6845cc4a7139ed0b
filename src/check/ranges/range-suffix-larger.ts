import { formatContentRange } from '../../http/content-range.js'
import type { Check } from '../subject/check-definition.js'
import { contentLength } from '../subject/exchange.js'
import { failed } from '../subject/finding.js'
import { describeRange, hasContentRange, judgeBody, judgeBytes } from '../subject/judge-slice.js'
import { LEFT } from '../subject/request-cost.js'

/** Bytes of the whole to read and compare. */
const READ = 4096

export const rangeSuffixLarger: Check = {
  id: 'range-suffix-larger',
  group: 'ranges',
  requirement: 'A suffix longer than the representation is answered with all of it.',
  section: 'RFC 9110 §14.1.2',
  strength: 'SHOULD',
  harm: 'Clients that read the last block of a file before they know its size fail for small files.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: 1, bytes: LEFT },
  async run(subject) {
    const { size } = subject
    const exchange = await subject.sendRange(`bytes=-${size + 1}`, {}, { read: READ })
    const { status } = exchange
    const contentRange = formatContentRange({ start: 0, end: size }, size)
    const isSlice = status === 206 && hasContentRange(exchange, contentRange)
    const expected = `206 with Content-Range: ${contentRange}, or 200`
    if (!isSlice && status !== 200) return failed(exchange, expected, describeRange(exchange))
    const announced = contentLength(exchange) ?? size
    if (announced !== size) {
      return failed(exchange, `Content-Length: ${size}`, `Content-Length: ${announced}`)
    }
    const failure = exchange.end === 'left' ? undefined : judgeBody(exchange, size)
    return failure ?? judgeBytes(subject, exchange, 0)
  },
}
