import { lookup } from 'node:dns/promises'
import { LastbyteError } from '../errors.js'
import { parseContentRange } from '../http/content-range.js'
import { resolveLocation } from '../http/location.js'
import { withoutSecrets } from '../http/request-url.js'
import { contentLength, type Exchange, fieldOf, type ProbeRequest } from './subject/exchange.js'
import type { Facts } from './subject/facts.js'
import type { Subject } from './subject/subject.js'

/** Statuses whose Location is followed (RFC 9110 §15.4). */
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MOST_REDIRECTS = 10

/** Bytes of the first response that are read. A smaller representation is read whole, and need not be read again. */
const FIRST_READ = 1024 * 1024
/** The part of the bound that they may take. */
const FIRST_PART = 0.25

/** The requests of a survey, without redirects. */
export const SURVEY_REQUESTS = 2

/**
 * Sends the first requests: a GET, and one for the first byte.
 *
 * @throws LastbyteError REFUSED where the response is not that of a file, so that there is nothing to check; as
 *   `Subject.send` does
 */
export async function survey(subject: Subject): Promise<Facts> {
  const redirects: URL[] = []
  const whole = await follow(subject, redirects)
  judgeFirst(whole)
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

async function follow(subject: Subject, redirects: URL[]): Promise<Exchange> {
  const read = Math.min(FIRST_READ, Math.floor(subject.budget.bytesLeft * FIRST_PART))
  let request: ProbeRequest = { read }
  for (;;) {
    const exchange = await subject.send(request)
    const location = fieldOf(exchange, 'location')
    if (!REDIRECTS.has(exchange.status) || location === undefined) return exchange
    const from = exchange.request.url
    redirects.push(from)
    const url = resolveLocation(location, from)
    if (url === undefined || !/^https?:$/.test(url.protocol) || redirects.length > MOST_REDIRECTS) {
      const received = `${redirects.length} redirects, the last to ${withoutSecrets(location)}`
      throw unusable(
        exchange,
        `at most ${MOST_REDIRECTS} redirects to http: or https: URLs`,
        received,
      )
    }
    request = { url, read }
  }
}

function judgeFirst(exchange: Exchange): void {
  if (exchange.status !== 200) throw unusable(exchange, 'status 200', `status ${exchange.status}`)
}

function unusable(
  { request: { url }, status }: Exchange,
  expected: string,
  received: string,
): LastbyteError {
  const message = `Cannot check ${withoutSecrets(url)}: expected ${expected}; received ${received}`
  return new LastbyteError('REFUSED', message, { status })
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
