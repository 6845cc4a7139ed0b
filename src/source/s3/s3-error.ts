import { LastbyteError } from '../../errors.js'

/** The members of an SDK exception that are used. */
interface S3Exception extends Error {
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** Exceptions that the configuration of this server causes, and no request can avoid. */
const CONFIGURATION =
  /^(NoSuchBucket|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|TokenRefreshRequired|RequestTimeTooSkewed|CredentialsProviderError|PermanentRedirect|AuthorizationHeaderMalformed)/
const BUSY = /^(SlowDown|ServiceUnavailable|TooManyRequests|Throttling|RequestLimitExceeded)/

/**
 * A failure of the store as a LastbyteError. The store's own message is kept as the cause, for the log:
 * it may have bucket names and keys that no client should see.
 *
 * `facts.s3`: `absent`, `malformed`, `refused`, `changed` or `range`, where the store refused the request.
 */
export function s3Failure(thrown: unknown): LastbyteError {
  const error = thrown as S3Exception
  const status = error.$metadata?.httpStatusCode
  const options = { cause: thrown }
  const name = error.name ?? ''
  const fail = (code: LastbyteError['code'], what: string, facts: object = {}) =>
    new LastbyteError(code, `Cannot read from the store: ${what}`, { status, ...facts }, options)

  if (CONFIGURATION.test(name)) {
    return fail('REFUSED', name, { proxyError: 'proxy_configuration_error' })
  }
  if (BUSY.test(name) || status === 429 || status === 503) return fail('SOURCE_BUSY', 'it is busy')
  if (/^ERR_(INVALID|UNESCAPED)/.test(error.code ?? '')) {
    const why = `its endpoint or a field can't be used: ${error.code}`
    return fail('REFUSED', why, { proxyError: 'proxy_configuration_error' })
  }
  switch (status) {
    case 401:
    case 403:
      return fail('REFUSED', 'it denies access', { s3: 'refused' })
    case 400:
      return fail('REFUSED', 'it rejects the request', {
        s3: 'malformed',
        proxyError: 'proxy_configuration_error',
      })
    case 404:
    case 405:
      // 405: the version is a delete marker.
      return fail('REFUSED', 'it has no such object', { s3: 'absent' })
    case 412:
      return fail('REPRESENTATION_CHANGED', 'it has another version', { s3: 'changed' })
    case 416:
      return fail('REFUSED', 'it has no such range', { s3: 'range' })
    default:
      return fail(
        'SOURCE_FAILED',
        status === undefined ? 'it cannot be reached' : `it responded with status ${status}`,
        {
          proxyError: proxyErrorOf(status, error.code),
        },
      )
  }
}

function proxyErrorOf(status: number | undefined, code: string | undefined) {
  if (status !== undefined) return 'http_protocol_error'
  if (code === 'ECONNREFUSED') return 'connection_refused'
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'dns_error' : 'connection_terminated'
}
