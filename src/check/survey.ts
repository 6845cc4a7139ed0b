import { lookup } from 'node:dns/promises'
import { parseContentRange } from '../http/content-range.js'
import { followRedirects } from './follow-redirects.js'
import { requireFile } from './require-file.js'
import { contentLength, fieldOf } from './subject/exchange.js'
import type { Facts } from './subject/facts.js'
import type { Subject } from './subject/subject.js'

/**
 * A representation of at most this part of the bound is read whole by the first request, and not requested again. Of
 * one without Content-Length as many bytes are read. The other checks of a correct server need about 2.9 MB of 4 MiB.
 */
const WHOLE_PART = 0.2
/** Bytes that are read of a larger one. */
const FIRST_READ = 64 * 1024

/** The requests of a survey, without redirects. */
export const SURVEY_REQUESTS = 2

/**
 * Sends the first requests: a GET, and one for the first byte.
 *
 * @throws LastbyteError REFUSED where the response is not that of a file, so that there is nothing to check; as
 *   `Subject.send` does
 */
export async function survey(subject: Subject): Promise<Facts> {
  const read = Math.floor(subject.budget.bytesLeft * WHOLE_PART)
  const reading = { read, readIfLonger: Math.min(read, FIRST_READ) }
  const { exchange: whole, redirects } = await followRedirects(subject, reading)
  requireFile(whole, subject.givenUrl)
  const { url } = whole.request
  const ranged = await subject.send({ url, fields: { range: 'bytes=0-0' }, read: 1 })
  const total = parseContentRange(fieldOf(ranged, 'content-range'))?.total
  const isRanged = ranged.status === 206
  const isCoded = fieldOf(whole, 'content-encoding') !== undefined
  const sizeRead = whole.end === 'complete' ? whole.body.length : undefined
  subject.known.add(0, whole.body)
  return {
    size: contentLength(whole) ?? (isRanged && !isCoded ? total : undefined) ?? sizeRead,
    etag: fieldOf(whole, 'etag'),
    lastModified: fieldOf(whole, 'last-modified'),
    isRanged,
    whole,
    ranged,
    redirects,
    addresses: await addressesOf(url),
  }
}

/** The addresses of a host; none where it is an address itself or can't be resolved. */
async function addressesOf({ hostname }: URL): Promise<string[]> {
  try {
    const found = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true })
    return found.map(({ address }) => address)
  } catch {
    return []
  }
}
