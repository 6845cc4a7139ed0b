import { LastbyteError } from '../../errors.js'
import { connectError } from '../../transport/connect-error.js'

/** Why a request got no response, as an error whose message stands alone in a line. */
export function noResponse({ host }: URL, thrown: Error): LastbyteError {
  if (thrown instanceof LastbyteError) return thrown
  const cause = causeOf(thrown)
  const { code = '', message } = cause
  const broken = brokenBy(code, message)
  if (broken !== undefined) {
    return new LastbyteError('ANSWER_BROKEN', `${host} ${broken}`, { host }, { cause })
  }
  const shown = Object.assign(new Error(plainMessage(code, message)), { code: codeOf(cause) })
  const { message: text, facts } = connectError(new URL(`http://${host}`), shown)
  return new LastbyteError('UNREACHABLE', text, facts, { cause })
}

/** The server sent no response within `timeout` ms. */
export function stalledResponse({ host }: URL, timeout: number): LastbyteError {
  const message = `${host} sent no response within ${timeout} ms`
  return new LastbyteError('SERVER_STALLED', message, { host })
}

/** A stream of HTTP/2 is cancelled where its session could not be established; the reason is in its cause. */
function causeOf(error: Error): NodeJS.ErrnoException {
  const { code, cause } = error as NodeJS.ErrnoException
  return code === 'ERR_HTTP2_STREAM_CANCEL' && cause instanceof Error ? cause : error
}

function brokenBy(code: string, message: string): string | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') return 'sent a header section that is too large'
  if (code.startsWith('HPE_')) return `sent no HTTP response: ${message}`
  // Of a field that came from the server and was to be sent back, such as an ETag.
  if (/^ERR_(INVALID_CHAR|HTTP2?_INVALID|INVALID_HTTP)/.test(code)) {
    return `sent a field that no request can have: ${message}`
  }
  return code.startsWith('ERR_HTTP2') ? `sent no HTTP/2 response: ${message}` : undefined
}

/** Errors of OpenSSL have the code EPROTO over HTTP/1.1, and one of their own over HTTP/2. */
function codeOf({ code = '', message }: NodeJS.ErrnoException): string {
  return /:SSL routines:/.test(message) ? 'EPROTO' : code
}

const NO_TLS =
  /wrong version number|packet length too long|unsupported protocol|record layer failure/
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/

function plainMessage(code: string, message: string): string {
  if (message === 'socket hang up') return 'it closed the connection without a response'
  const [, reason] = /:SSL routines:[^:]*:([^:]+)/.exec(message) ?? []
  if (reason !== undefined && NO_TLS.test(reason)) return 'it speaks no TLS at this port'
  if (reason?.includes('no application protocol')) return 'it does not offer HTTP/2'
  if (CERTIFICATE.test(code)) return `${message} (--insecure or the option insecure accepts it)`
  return reason ?? message
}
