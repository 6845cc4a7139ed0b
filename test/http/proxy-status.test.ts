import { describe, expect, it } from 'vitest'
import { formatProxyStatus, PROXY_ERRORS, type ProxyError } from '../../src/http/proxy-status.js'

describe('formatProxyStatus (RFC 9209)', () => {
  it('writes the error type, or the status received from the origin', () => {
    expect(formatProxyStatus('lastbyte', { error: 'dns_error' })).toBe('lastbyte;error=dns_error')
    expect(formatProxyStatus('edge', { received: 503 })).toBe('edge;received-status=503')
  })

  it('recommends 504 for each timeout, and 500 or 502 for every other error type (§2.3)', () => {
    for (const error of Object.keys(PROXY_ERRORS) as ProxyError[]) {
      const isTimeout = error.endsWith('_timeout')
      expect([500, 502, 504]).toContain(PROXY_ERRORS[error])
      expect(PROXY_ERRORS[error] === 504).toBe(isTimeout)
    }
  })
})
