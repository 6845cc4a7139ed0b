import { parseContentRange } from '../../http/content-range.js'
import { fieldOf } from '../subject/exchange.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { partsCheck } from './parts-check.js'

export const multipartOrder = partsCheck({
  id: 'multipart-order',
  requirement: 'The parts have the order in which the ranges were requested.',
  section: 'RFC 9110 §15.3.7.2',
  strength: 'SHOULD',
  harm: 'Clients that ask for the end of a file first, such as viewers of PDF and ZIP, wait for it longer.',
  range: () => 'bytes=-1,0-0',
  judge(_subject, exchange, parts) {
    const fields = parts.map((part) => fieldOf(part, 'content-range'))
    const starts = fields.flatMap((field) => {
      const range = parseContentRange(field)
      return range?.kind === 'slice' ? [range.slice.start] : []
    })
    const [first, second] = starts
    if (first === undefined || second === undefined) {
      return skipped('the server does not send these ranges as two parts')
    }
    if (first > second) return PASSED
    return failed(exchange, 'the last byte before the first one', fields.join(', then '))
  },
})
