import { parseHttpDate } from '../http/http-date.js'
import type { Exchange } from '../request/exchange.js'
import type { PassedAnswer } from '../source/byte-source.js'
import type { PreparedResponse } from './prepared-response.js'
import { describeVersion } from './select-version.js'

/**
 * Prepares the 304 of an upstream server. It has the fields that the 200 would have (RFC 9110 §15.4.5): also Vary,
 * Cache-Control and those of `setHeaders`, which the upstream server doesn't know.
 */
export async function prepareUnchanged(
  exchange: Exchange,
  upstream: PassedAnswer,
): Promise<PreparedResponse> {
  // It has no content to read.
  upstream.close().catch(() => {})
  const { etag, 'last-modified': modified, ...others } = upstream.fields
  const now = Date.now()
  const version = {
    etag: etag?.toString(),
    lastModified: parseHttpDate(modified?.toString(), now),
    digests: 'sent' as const,
  }
  const untold = { sniffing: 'untold', ranges: 'untold' } as const
  const facts = { contentType: undefined, ...untold, fields: others }
  const found = { key: exchange.requested.key, representation: { facts } }
  const fields = await describeVersion(exchange, found, version, now)
  return { kind: 'complete', status: 304, fields }
}
