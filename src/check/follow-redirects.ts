import type { LastbyteError } from '../errors.js'
import { resolveLocation } from '../http/location.js'
import { withoutSecrets } from '../http/request-url.js'
import { type Exchange, fieldOf, type ProbeRequest } from './subject/exchange.js'
import type { Subject } from './subject/subject.js'
import { unusable } from './unusable.js'

/** Statuses whose Location is followed (RFC 9110 §15.4). */
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MOST_REDIRECTS = 10

type Reading = Pick<ProbeRequest, 'read' | 'readIfLonger'>

/** A response that redirects no further, and the URLs that redirected to it. */
export interface Followed {
  readonly exchange: Exchange
  readonly redirects: readonly URL[]
}

/**
 * Sends a GET, and follows redirects.
 *
 * @param reading how many bytes of a body to read
 * @throws LastbyteError REFUSED where they lead nowhere; as `Subject.send` does
 */
export async function followRedirects(subject: Subject, reading: Reading): Promise<Followed> {
  const redirects: URL[] = []
  let exchange = await subject.send(reading)
  for (let to = targetOf(exchange); to !== undefined; to = targetOf(exchange)) {
    redirects.push(exchange.request.url)
    if (redirects.some(({ href }) => href === to?.href)) {
      throw lost(exchange, `a redirect loop at ${withoutSecrets(to)}`)
    }
    if (redirects.length > MOST_REDIRECTS) throw lost(exchange, `${redirects.length} redirects`)
    exchange = await subject.send({ ...reading, url: to })
  }
  return { exchange, redirects }
}

/** Where a response redirects to; undefined for one that doesn't. */
function targetOf(exchange: Exchange): URL | undefined {
  if (!REDIRECTS.has(exchange.status)) return undefined
  const location = fieldOf(exchange, 'location')
  if (location === undefined) throw lost(exchange, `status ${exchange.status} without Location`)
  const url = resolveLocation(location, exchange.request.url)
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.port === '0') {
    throw lost(exchange, `a redirect to "${withoutSecrets(location)}"`)
  }
  url.username = ''
  url.password = ''
  url.hash = ''
  return url
}

function lost(exchange: Exchange, received: string): LastbyteError {
  const expected = `a file, or at most ${MOST_REDIRECTS} redirects to one with http: or https:`
  return unusable(exchange, expected, received)
}
