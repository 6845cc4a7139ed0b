import type { Check } from '../subject/check-definition.js'
import { failed } from '../subject/finding.js'
import { judgeBytes, judgeSlice } from '../subject/judge-slice.js'

export const http10Range: Check = {
  id: 'http-1-0-range',
  group: 'ends',
  requirement: 'A Range in HTTP/1.0 is answered with its slice, or with the whole.',
  section: 'RFC 9110 §14.2, §2.5',
  strength: 'SHOULD',
  harm: 'Embedded players and clients behind old proxies get an error, or wrong bytes.',
  needs: ['ranges', 'size', 'bytes', 'http/1.1'],
  cost: { requests: 1, bytes: 64 * 1024 },
  async run(subject) {
    // One byte more than the slice, so that its end is seen where the connection ends it.
    const exchange = await subject.sendRange('bytes=0-3', {}, { version: '1.0', read: 5 })
    if (exchange.status === 200) return judgeBytes(subject, exchange, 0)
    if (exchange.status === 206) return judgeSlice(subject, exchange, { start: 0, end: 4 })
    return failed(exchange, '206, or 200 and the whole', `${exchange.status}`)
  },
}
