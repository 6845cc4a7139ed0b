import { LastbyteError } from '../../errors.js'

/** What an exception of the SDK is made of. */
interface S3Exception extends Error {
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** Names of refusals that no client can help: what the server itself was set up with is wrong. */
const OURS =
  /^(NoSuchBucket|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|TokenRefreshRequired|RequestTimeTooSkewed|CredentialsProviderError|PermanentRedirect|AuthorizationHeaderMalformed)/
const BUSY = /^(SlowDown|ServiceUnavailable|TooManyRequests|Throttling|RequestLimitExceeded)/

/**
 * What a failure of the store means, in our words: what it says itself is kept as the cause, for the
 * log, since it may name what is nobody's business.
 *
 * `facts.s3`: `absent`, `malformed`, `refused`, `changed` or `range` where the store has judged the request.
 */
export function s3Failure(thrown: unknown): LastbyteError {
  const error = thrown as S3Exception
  const status = error.$metadata?.httpStatusCode
  const options = { cause: thrown }
  const name = error.name ?? ''
  const fail = (code: LastbyteError['code'], what: string, facts: object = {}) =>
    new LastbyteError(code, `Cannot read from the store: ${what}`, { status, ...facts }, options)

  if (OURS.test(name)) {
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
      return fail('REFUSED', 'it does not permit that', { s3: 'refused' })
    case 400:
      return fail('REFUSED', 'it does not take the request', {
        s3: 'malformed',
        proxyError: 'proxy_configuration_error',
      })
    case 404:
    case 405:
      // 405 for a version that marks a deletion.
      return fail('REFUSED', 'there is no such object', { s3: 'absent' })
    case 412:
      return fail('REPRESENTATION_CHANGED', 'it holds another version', { s3: 'changed' })
    case 416:
      return fail('REFUSED', 'it has no such range', { s3: 'range' })
    default:
      return fail(
        'SOURCE_FAILED',
        status === undefined ? 'it can not be reached' : `it answers ${status}`,
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
