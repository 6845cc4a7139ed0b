import type { Check } from '../subject/check-definition.js'
import { contentLength } from '../subject/exchange.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { PARTS_COST, requestParts } from './request-parts.js'

/** `--` behind the boundary, at the end of the body. */
const CLOSING = /--\s*$/

/** A multipart that ends too early has no closing delimiter; what follows one that is too long is the next response. */
export const multipartLength: Check = {
  id: 'multipart-length',
  group: 'multipart',
  requirement: 'The Content-Length of a multipart response is that of its body with delimiters.',
  section: 'RFC 9110 §8.6, §14.6',
  strength: 'MUST',
  harm: 'Clients of several ranges lose the last part, or wait for bytes that do not come: zsync, and dnf with zchunk.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: 1, bytes: PARTS_COST },
  async run(subject) {
    const response = await requestParts(subject, 'bytes=0-0,-2')
    if (response.kind === 'absent') return skipped(response.reason)
    const { content, exchange } = response
    const { body, end } = exchange
    const isClosed = content.isClosed || CLOSING.test(body.toString('latin1'))
    if (end === 'complete' && isClosed) return PASSED
    const received = [
      `Content-Length: ${contentLength(exchange) ?? 'none'}`,
      `${body.length} bytes`,
      `end: ${end}`,
      ...(isClosed ? [] : ['no closing delimiter']),
    ]
    const expected = 'a complete body that ends with the closing delimiter'
    return failed(exchange, expected, received.join(', '))
  },
}
