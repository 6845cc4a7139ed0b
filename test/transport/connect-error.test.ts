import { describe, expect, it } from 'vitest'
import { connectError } from '../../src/transport/connect-error.js'

describe('connectError', () => {
  it.each([
    ['ENOTFOUND', 'name', 'its host name is unknown'],
    ['EAI_AGAIN', 'name', 'its host name is unknown'],
    ['ECONNREFUSED', 'refused', 'it refuses connections'],
    ['CERT_HAS_EXPIRED', 'tls', 'TLS failed'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'TLS failed'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', 'TLS failed'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', 'TLS failed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', 'TLS failed'],
    ['EPROTO', 'tls', 'TLS failed'],
    ['ECONNRESET', 'connection', 'the connection failed'],
    ['ETIMEDOUT', 'connection', 'the connection failed'],
    [undefined, 'connection', 'the connection failed'],
  ])('of %s has the reason %s', (code, reason, what) => {
    const cause = Object.assign(new Error('why'), code && { code })
    expect(connectError(new URL('http://h:8080/path?secret'), cause)).toMatchObject({
      code: 'UNREACHABLE',
      message: `Cannot reach h:8080: ${what}: why`,
      facts: { host: 'h:8080', reason, code: code ?? '' },
      cause,
    })
  })

  it('adds no empty message', () => {
    const error = connectError(new URL('http://h/'), new Error(''))
    expect(error.message).toBe('Cannot reach h: the connection failed')
  })
})
