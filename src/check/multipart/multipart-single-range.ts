import type { Check } from '../subject/check-definition.js'
import { fieldOf } from '../subject/exchange.js'
import { failed, PASSED } from '../subject/finding.js'
import { isMultipart, PARTS_COST } from './request-parts.js'

export const multipartSingleRange: Check = {
  id: 'multipart-single-range',
  group: 'multipart',
  requirement: 'The response to one range is not a multipart.',
  section: 'RFC 9110 §15.3.7.2',
  strength: 'MUST',
  level: 'resumes',
  harm: 'Clients that request one range write delimiters and fields into the file: curl, wget, aria2 and browsers.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: 1, bytes: PARTS_COST },
  async run(subject) {
    const exchange = await subject.sendRange('bytes=3-3', {}, { read: 1024 })
    if (!isMultipart(exchange)) return PASSED
    const received = `206 with Content-Type: ${fieldOf(exchange, 'content-type')}`
    return failed(exchange, 'one part: 206 with Content-Range, or 200', received)
  },
}
