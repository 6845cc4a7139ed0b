import { describe, expect, it } from 'vitest'
import { s3Failure } from '../../../src/source/s3/s3-error.js'
import { s3Exception } from '../../fixture/fake-bucket.js'

describe('s3Failure', () => {
  it.each([
    ['NoSuchBucket', 404, 'REFUSED', { proxyError: 'proxy_configuration_error' }],
    ['SignatureDoesNotMatch', 403, 'REFUSED', { proxyError: 'proxy_configuration_error' }],
    ['ExpiredToken', 400, 'REFUSED', { proxyError: 'proxy_configuration_error' }],
    ['SlowDown', 503, 'SOURCE_BUSY', { status: 503 }],
    ['Throttling', 400, 'SOURCE_BUSY', { status: 400 }],
    ['Unknown', 429, 'SOURCE_BUSY', { status: 429 }],
    ['AccessDenied', 403, 'REFUSED', { s3: 'refused' }],
    ['Unauthorized', 401, 'REFUSED', { s3: 'refused' }],
    ['InvalidArgument', 400, 'REFUSED', { s3: 'malformed' }],
    ['NoSuchKey', 404, 'REFUSED', { s3: 'absent' }],
    ['MethodNotAllowed', 405, 'REFUSED', { s3: 'absent' }],
    ['PreconditionFailed', 412, 'REPRESENTATION_CHANGED', { s3: 'changed' }],
    ['InvalidRange', 416, 'REFUSED', { s3: 'range' }],
    ['InternalError', 500, 'SOURCE_FAILED', { proxyError: 'http_protocol_error' }],
    ['Moved', 301, 'SOURCE_FAILED', { proxyError: 'http_protocol_error' }],
  ])('makes %s with status %i to %s', (name, status, code, facts) => {
    const error = s3Exception(name, status)
    expect(s3Failure(error)).toMatchObject({ code, facts, cause: error })
    expect(s3Failure(error).message).not.toContain('secret')
  })

  it.each([
    ['ECONNREFUSED', 'SOURCE_FAILED', 'connection_refused'],
    ['ENOTFOUND', 'SOURCE_FAILED', 'dns_error'],
    ['EAI_AGAIN', 'SOURCE_FAILED', 'dns_error'],
    ['ECONNRESET', 'SOURCE_FAILED', 'connection_terminated'],
    ['ERR_INVALID_URL', 'REFUSED', 'proxy_configuration_error'],
    ['ERR_INVALID_PROTOCOL', 'REFUSED', 'proxy_configuration_error'],
    ['ERR_INVALID_CHAR', 'REFUSED', 'proxy_configuration_error'],
  ])('makes %s without a response to %s', (errno, code, proxyError) => {
    expect(s3Failure(s3Exception('Error', undefined, errno))).toMatchObject({
      code,
      facts: { proxyError },
    })
  })
})
