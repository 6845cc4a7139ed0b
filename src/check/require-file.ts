import { type Exchange, fieldOf } from './subject/exchange.js'
import { unusable } from './unusable.js'

/**
 * Refuses the first response if it is not that of a file. A login page often has the status 200.
 *
 * @param given the URL before redirects: its name shows what is expected
 * @throws LastbyteError REFUSED
 */
export function requireFile(exchange: Exchange, given: URL): void {
  const { status, request } = exchange
  if (status !== 200) {
    throw unusable(exchange, 'status 200', `status ${status}${adviceFor(exchange)}`)
  }
  if (!isPage(exchange)) return
  const name = fileName(given)
  if (name !== undefined) {
    const from = request.url.href === given.href ? '' : ' at the end of the redirects'
    throw unusable(exchange, `the file ${name}`, `an HTML page${from}${LOGIN}`)
  }
  if (/\/(log|sign)[-_]?(in|on)\b|\/(sso|oauth2?|authorize)\b/i.test(request.url.pathname)) {
    throw unusable(exchange, 'a file', `the page of a login${LOGIN}`)
  }
}

const HEADER = '--header or the option headers'
const LOGIN = ` (if it is one of a login, send credentials with ${HEADER})`

function adviceFor(exchange: Exchange): string {
  const { status } = exchange
  if (status === 401 || status === 403) return ` (send credentials with ${HEADER})`
  const retryAfter = fieldOf(exchange, 'retry-after')
  return retryAfter === undefined ? '' : ` with Retry-After: ${retryAfter.slice(0, 40)}`
}

/** By its bytes too: a server may call any file text/html. Coded bytes show nothing. */
function isPage(exchange: Exchange): boolean {
  const type = fieldOf(exchange, 'content-type') ?? ''
  if (!/^\s*(text\/html|application\/xhtml\+xml)\s*(;|$)/i.test(type)) return false
  const isCoded = fieldOf(exchange, 'content-encoding') !== undefined
  return isCoded || /^(\xef\xbb\xbf)?\s*</.test(exchange.body.toString('latin1', 0, 100))
}

/** Extensions of URLs whose responses are pages. */
const OF_PAGES = /\.([sx]?html?|php\d?|phtml|aspx?|jspx?|cgi|cfm|pl|do|action|md|txt)$/i

/** The name of a file in a URL; undefined where the response may well be a page. */
function fileName({ pathname }: URL): string | undefined {
  const name = pathname.slice(pathname.lastIndexOf('/') + 1)
  return /\.(?=.*[a-z])[a-z0-9]{1,12}$/i.test(name) && !OF_PAGES.test(name) ? name : undefined
}
