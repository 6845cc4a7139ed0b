import type { Check } from '../subject/check-definition.js'
import { fieldOf } from '../subject/exchange.js'
import { failed, PASSED, skipped } from '../subject/finding.js'
import { boundaryDefect } from './boundary-defect.js'
import { PARTS_COST, requestParts } from './request-parts.js'

export const multipartBoundary: Check = {
  id: 'multipart-boundary',
  group: 'multipart',
  requirement:
    'A multipart response names its boundary in Content-Type, begins each part with it, and ends with the closing delimiter.',
  section: 'RFC 9110 §14.6, RFC 2046 §5.1.1',
  strength: 'MUST',
  harm: 'Clients of several ranges find no part, or wait for its end: zsync, and dnf with zchunk.',
  needs: ['ranges', 'size', 'bytes'],
  cost: { requests: 1, bytes: PARTS_COST },
  async run(subject) {
    const response = await requestParts(subject, 'bytes=0-0,-1')
    if (response.kind === 'absent') return skipped(response.reason)
    const { content, exchange } = response
    const type = fieldOf(exchange, 'content-type') ?? ''
    const defect = boundaryDefect(type) ?? content.defect
    if (defect === undefined) return PASSED
    return failed(exchange, 'a multipart/byteranges with its boundary', defect)
  },
}
