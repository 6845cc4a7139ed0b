import { releaseIterator } from '../../async/release-iterator.js'
import { withDeadline } from '../../async/with-deadline.js'
import { LastbyteError } from '../../errors.js'
import type { Entry } from '../entry.js'
import { sourceStallLimit } from '../stall-limit.js'
import { parseListing } from './parse-listing.js'
import type { UpstreamClient } from './upstream-client.js'
import type { UpstreamResponse } from './upstream-response.js'

/** The longest listing, in bytes. One of 100,000 names has about a tenth of it. */
const MOST_BYTES = 64 * 1024 * 1024

/**
 * The entries of a folder of the origin, from its JSON. They have no entity tags, as those listings have none.
 *
 * @param key of the folder, with its slash
 * @throws LastbyteError REFUSED for a response that is no listing, SOURCE_FAILED for a status after which another
 *   attempt may succeed; as `UpstreamClient.send`
 */
export async function listUpstream(
  upstream: UpstreamClient,
  key: string,
  signal: AbortSignal,
): Promise<Entry[]> {
  const destination = upstream.destinationOf(key, {})
  if (destination === undefined) throw noListing(key, 'a path above that of the origin')
  const fields = { ...upstream.ownFields(), accept: 'application/json' }
  const response = await upstream.send({ ...destination, method: 'GET', fields }, signal)
  try {
    const { status } = response
    if (status >= 500 || status === 429)
      throw noListing(key, `the status ${status}`, 'SOURCE_FAILED')
    if (status !== 200) throw noListing(key, `the status ${status}`)
    const type = response.field('content-type') ?? 'no Content-Type'
    if (!/^application\/json\s*(;|$)/i.test(type)) throw noListing(key, type)
    const entries = parseListing(await textOf(key, response, upstream, signal))
    if (entries === undefined) throw noListing(key, 'JSON of another form')
    return entries
  } finally {
    releaseIterator(response.body)
  }
}

async function textOf(
  key: string,
  { body }: UpstreamResponse,
  { settings }: UpstreamClient,
  signal: AbortSignal,
): Promise<string> {
  const limit = sourceStallLimit(settings.retryPolicy.stall)
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await withDeadline(body.next(), signal, limit)
    if (done) return Buffer.concat(chunks).toString()
    length += value.length
    if (length > MOST_BYTES) throw noListing(key, `more than ${MOST_BYTES} bytes`)
    chunks.push(value)
  }
}

/** REFUSED: another attempt would receive the same. */
function noListing(
  key: string,
  received: string,
  code: 'REFUSED' | 'SOURCE_FAILED' = 'REFUSED',
): LastbyteError {
  const message = `Cannot list "${key}": expected the JSON of a folder from the origin; received ${received}`
  return new LastbyteError(code, message, { proxyError: 'http_protocol_error' })
}
