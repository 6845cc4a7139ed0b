import { parseContentRange } from '../../http/content-range.js'
import { fieldOf } from '../subject/exchange.js'
import { failed, PASSED } from '../subject/finding.js'
import { partsCheck } from './parts-check.js'

export const multipartPartFields = partsCheck({
  id: 'multipart-part-fields',
  requirement: 'Each part has a Content-Range, and the multipart response itself has none.',
  section: 'RFC 9110 §15.3.7.2',
  strength: 'MUST',
  harm: 'Clients of several ranges write bytes to a wrong place of the file: zsync, and dnf with zchunk.',
  range: () => 'bytes=0-1,-1',
  judge(subject, exchange, parts) {
    const outer = fieldOf(exchange, 'content-range')
    if (outer !== undefined) {
      const expected = 'no Content-Range in the header section of the response'
      return failed(exchange, expected, `Content-Range: ${outer}`)
    }
    for (const [index, part] of parts.entries()) {
      const field = fieldOf(part, 'content-range')
      const range = parseContentRange(field)
      const isRight =
        range?.kind === 'slice' && (range.total === undefined || range.total === subject.size)
      if (isRight) continue
      const expected = `a Content-Range of ${subject.size} bytes in each part`
      return failed(exchange, expected, `Content-Range: ${field ?? 'none'} in part ${index + 1}`)
    }
    return PASSED
  },
})
