import { releaseIterator } from '../../async/release-iterator.js'
import type { Forwarded } from '../../http/forwarding.js'
import type { IsQuiet } from './passthrough-response.js'
import type { Destination, UpstreamClient } from './upstream-client.js'
import type { UpstreamResponse } from './upstream-response.js'

/** Fields of the client that make no sense in a request for the rest. */
const FIRST_ONLY = /^(if-|want-|accept$)/

/** The fields of a client's request that a request for the rest has too. */
export function fieldsOfRest(fields: Forwarded): Forwarded {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !FIRST_ONLY.test(name)))
}

/**
 * Requests with HEAD whether a growing file has more bytes than were received of it (RFC 8673 §2.1). 416 says that it
 * has none. After any other response the one that was being received is stalled, or the file is finished or another
 * one.
 *
 * @param received the response that is kept open
 */
export function quietCheck(
  upstream: Pick<UpstreamClient, 'send'>,
  destination: Destination,
  fields: Forwarded,
  received: Pick<UpstreamResponse, 'field'>,
): IsQuiet {
  return async (position, signal) => {
    const range = `bytes=${position}-`
    const own = { ...fieldsOfRest(fields), range, 'if-match': received.field('etag') ?? '*' }
    const response = await upstream.send({ ...destination, method: 'HEAD', fields: own }, signal)
    releaseIterator(response.body)
    return response.status === 416
  }
}
