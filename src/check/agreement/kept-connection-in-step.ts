import { printableText } from '../../printable-text.js'
import type { Check } from '../subject/check-definition.js'
import type { ProbeRequest } from '../subject/exchange.js'
import { type Finding, failed, PASSED, skipped } from '../subject/finding.js'
import { judgeSlice } from '../subject/judge-slice.js'
import type { Following } from '../subject/pair-sender.js'
import { HEAD } from '../subject/request-cost.js'
import type { Subject } from '../subject/subject.js'

/** Bytes of the response after, which shows whether it is that to its request. */
const NEXT = 4
/** Bytes of a response that is out of step, as they are shown. */
const SHOWN = 40

export const keptConnectionInStep: Check = {
  id: 'kept-connection-in-step',
  group: 'agreement',
  requirement:
    'After a 206, 304, 412, 416, HEAD or multipart, the next response on the connection is that to the next request.',
  section: 'RFC 9112 §9.3',
  strength: 'MUST',
  level: 'safe',
  harm: 'Every client with kept connections takes the rest of a body for the next response; behind a proxy, so does another person.',
  needs: ['ranges', 'size', 'bytes', 'http/1.1'],
  cost: { requests: 14, bytes: 13 * HEAD + 64 * HEAD },
  async run(subject) {
    let judged = 0
    for (const [name, request] of firstRequests(subject)) {
      const following = await subject.sendPair(request, {
        fields: { range: `bytes=0-${NEXT - 1}` },
      })
      const finding = judgeFollowing(subject, name, following)
      if (finding.kind === 'failed') return finding
      if (finding.kind === 'passed') judged += 1
    }
    return judged > 0 ? PASSED : skipped('the server closes the connection after each response')
  },
}

/** Requests whose responses have all kinds of framing, each with what it is. */
function firstRequests({ size, facts }: Subject): readonly (readonly [string, ProbeRequest])[] {
  // The other tag tells this request apart in a log.
  const tags = facts.etag === undefined ? {} : { 'if-none-match': `"in-step", ${facts.etag}` }
  const range = `bytes=1-${Math.min(13, size - 1)}`
  return [
    ['a 206', { fields: { range } }],
    ['a 416', { fields: { range: `bytes=${size}-${size + 3}` } }],
    ['a 412', { fields: { 'if-match': '"in-step"' } }],
    ['HEAD', { method: 'HEAD' }],
    ['HEAD with Range', { method: 'HEAD', fields: { range } }],
    ['a multipart', { fields: { range: 'bytes=0-0,3-3' } }],
    ...(facts.etag === undefined ? [] : ([['a 304', { fields: tags }]] as const)),
  ]
}

function judgeFollowing(subject: Subject, name: string, following: Following): Finding {
  if (following.kind === 'none') return skipped('the server closes the connection')
  if (following.kind === 'stray') {
    const text = following.bytes.toString('latin1', 0, SHOWN)
    const received = `"${printableText(text)}" behind the response to ${name}`
    return failed(following.first, 'a status line behind the response', received)
  }
  const finding = judgeSlice(subject, following.second, { start: 0, end: NEXT })
  if (finding.kind !== 'failed') return finding
  return { ...finding, received: `${finding.received}, behind the response to ${name}` }
}
