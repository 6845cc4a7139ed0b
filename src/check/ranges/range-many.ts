import type { Slice } from '../../http/byte-range.js'
import type { Check } from '../subject/check-definition.js'
import { contentLength } from '../subject/exchange.js'
import { type Finding, failed, PASSED } from '../subject/finding.js'
import { LEFT } from '../subject/request-cost.js'
import type { Subject } from '../subject/subject.js'
import { severalCheck } from './several-check.js'

const MOST_RANGES = 100

/** The whole eight times: few enough that no server refuses it for the number of ranges. */
const WHOLES = 8

const smallRanges = severalCheck({
  id: 'range-many',
  requirement:
    'A hundred ranges are answered with the right bytes, with the whole, or refused; ranges of the whole do not multiply it.',
  section: 'RFC 9110 §17.15',
  strength: 'SHOULD',
  harm: 'One request of a few hundred bytes occupies the line of the operator, or ends the server; a client that joins the parts stores wrong bytes.',
  slices: spread,
  refusal: 'allowed',
})

export const rangeMany: Check = {
  ...smallRanges,
  cost: { requests: 2, bytes: 2 * LEFT },
  async run(subject) {
    const finding = await smallRanges.run(subject)
    return finding.kind === 'failed' ? finding : judgeWholes(subject)
  },
}

/** Single bytes all over the representation, none of which touch each other. */
function spread(size: number): readonly Slice[] {
  const count = Math.min(MOST_RANGES, Math.floor(size / 2))
  const step = Math.floor(size / count)
  return Array.from({ length: count }, (_, index) => ({
    start: index * step,
    end: index * step + 1,
  }))
}

/** The length of the response to several ranges, each of the whole, by its Content-Length: the body is not read. */
async function judgeWholes(subject: Subject): Promise<Finding> {
  const { size } = subject
  const specs = Array.from({ length: WHOLES }, () => '0-')
  const exchange = await subject.sendRange(`bytes=${specs}`, {}, { read: 0 })
  const announced = contentLength(exchange) ?? 0
  // The fields of the parts count as well, which matter for a small representation.
  if (announced <= 2 * size + LEFT) return PASSED
  return failed(exchange, `about ${size} bytes at most`, `Content-Length: ${announced}`)
}
