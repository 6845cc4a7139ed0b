import type { Check } from '../subject/check-definition.js'
import { describeField } from '../subject/describe-field.js'
import { contentLength, type Exchange } from '../subject/exchange.js'
import { failed, PASSED, skipped } from '../subject/finding.js'

const RANGE = 'bytes=0-2'
/** A server may close a connection after so many requests; not after each of two. */
const TRIES = 3

export const endKeptAlive: Check = {
  id: 'end-kept-alive',
  group: 'ends',
  requirement: 'After a complete response the connection can be used again.',
  section: 'RFC 9112 §9.3',
  strength: 'SHOULD',
  harm: 'Players and clients with parallel ranges make a connection, over TLS a handshake, for each range.',
  cost: { requests: TRIES, bytes: TRIES * 1024 },
  async run(subject) {
    // Both have little or no body, so that the response is complete.
    // One byte more than the range is read: where no length is announced, only the end after it shows that it is complete.
    const request = subject.facts.isRanged
      ? { fields: { range: RANGE }, read: 4 }
      : { method: 'HEAD' }
    let last: Exchange | undefined
    for (let sent = 0; sent < TRIES; sent += 1) {
      last = await subject.send(request)
      if (sent > 0 && last.isReused) return PASSED
    }
    // Node closes the connection after such a response itself.
    if (!subject.facts.isRanged && last !== undefined && contentLength(last) === undefined) {
      return skipped('the response to HEAD has no Content-Length')
    }
    const field = last === undefined ? 'none' : describeField(last, 'Connection')
    return failed(last, 'a connection that stays open', `another one for each request, ${field}`)
  },
}
