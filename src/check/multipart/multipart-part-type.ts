import { fieldOf } from '../subject/exchange.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { partsCheck } from './parts-check.js'

export const multipartPartType = partsCheck({
  id: 'multipart-part-type',
  requirement: 'Each part has the Content-Type that a response with the whole has.',
  section: 'RFC 9110 §15.3.7.2',
  strength: 'SHOULD',
  harm: 'A cache that has the parts, and no whole, does not know the type of the file.',
  range: () => 'bytes=0-1,-2',
  judge({ facts: { whole } }, exchange, parts) {
    const type = fieldOf(whole, 'content-type')
    if (type === undefined) return skipped('the server sends no Content-Type')
    const others = parts.map((part) => fieldOf(part, 'content-type') ?? 'none')
    const wrong = others.findIndex((each) => comparable(each) !== comparable(type))
    if (wrong === -1) return PASSED
    const received = `Content-Type: ${others[wrong]} in part ${wrong + 1}`
    return failed(exchange, `Content-Type: ${type} in each part`, received)
  },
})

/** `text/html;charset=UTF-8` is the same type as `text/html; charset="utf-8"`. */
function comparable(type: string): string {
  return type.toLowerCase().replace(/[\s"]/g, '')
}
