import { describe, expect, it } from 'vitest'
import { formatProxyStatus, PROXY_ERRORS, type ProxyError } from '../../src/http/proxy-status.js'

describe('Proxy-Status (RFC 9209)', () => {
  it('names what went wrong, or the status that came', () => {
    expect(formatProxyStatus('lastbyte', { error: 'dns_error' })).toBe('lastbyte;error=dns_error')
    expect(formatProxyStatus('edge', { received: 503 })).toBe('edge;received-status=503')
  })

  it('goes with a status of 5xx, 504 where it was a matter of time', () => {
    for (const error of Object.keys(PROXY_ERRORS) as ProxyError[]) {
      const late = error.endsWith('_timeout')
      expect([500, 502, 504]).toContain(PROXY_ERRORS[error])
      expect(PROXY_ERRORS[error] === 504).toBe(late)
    }
  })
})
