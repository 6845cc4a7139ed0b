import type { Slice } from '../../http/byte-range.js'
import { parseContentRange } from '../../http/content-range.js'
import type { Check } from '../subject/check-definition.js'
import { fieldOf } from '../subject/exchange.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { judgeSlice } from '../subject/judge-slice.js'
import type { BodyPart } from '../subject/parse-multipart.js'
import type { Subject } from '../subject/subject.js'
import { PARTS_COST, requestParts } from './request-parts.js'

/** The ranges of the middle and of the end may have to be requested alone first. */
const SINGLES = 2

export const multipartPartsMatch: Check = {
  id: 'multipart-parts-match',
  group: 'multipart',
  requirement: 'Each part has exactly the bytes that its Content-Range says.',
  section: 'RFC 9110 §14.6, §15.3.7.2',
  strength: 'MUST',
  harm: 'Clients of several ranges write a corrupt file: zsync, and dnf with zchunk.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: SINGLES + 1, bytes: (SINGLES + 1) * PARTS_COST },
  async run(subject) {
    const { size } = subject
    const middle = Math.floor(size / 2)
    const slices = [
      { start: 0, end: 3 },
      { start: middle, end: middle + 2 },
      { start: size - 3, end: size },
    ]
    for (const slice of slices) {
      if (await isUnknown(subject, slice)) return skipped('a range alone has no known bytes')
    }
    const response = await requestParts(subject, `bytes=${slices.map(formatRange).join(',')}`)
    if (response.kind === 'absent') return skipped(response.reason)
    const { content, exchange } = response
    if (content.defect !== undefined) return skipped(`the multipart has ${content.defect}`)
    for (const [index, part] of content.parts.entries()) {
      const difference = differenceOf(subject, part)
      if (difference === undefined) continue
      const expected = 'the bytes that a response with this range alone has'
      return failed(exchange, expected, `${difference} in part ${index + 1}`)
    }
    return PASSED
  },
}

function formatRange({ start, end }: Slice): string {
  return `${start}-${end - 1}`
}

/** Requests a slice alone, if its bytes are not known yet. */
async function isUnknown(subject: Subject, slice: Slice): Promise<boolean> {
  const { start, end } = slice
  if (subject.known.slice(start, end) !== undefined) return false
  const alone = await subject.sendRange(`bytes=${formatRange(slice)}`, {}, { read: end - start })
  return judgeSlice(subject, alone, slice).kind !== 'passed'
}

/** How a part differs from its Content-Range or from known bytes. A part without the field is of another check. */
function differenceOf(subject: Subject, part: BodyPart): string | undefined {
  const range = parseContentRange(fieldOf(part, 'content-range'))
  if (range?.kind !== 'slice') return undefined
  const { start, end } = range.slice
  const { length } = part.body
  if (length !== end - start) return `${length} bytes for ${fieldOf(part, 'content-range')}`
  const at = subject.known.firstDifference(start, part.body)
  return at === undefined ? undefined : `another byte at offset ${at}`
}
