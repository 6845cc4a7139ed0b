import { afterEach, describe, expect, it, vi } from 'vitest'
import type { AdminToken } from '../../src/cli/admin-token.js'
import { announceFaults } from '../../src/cli/announce-faults.js'

describe('announceFaults', () => {
  afterEach(() => vi.restoreAllMocks())

  function printed(
    address: string,
    given: Partial<AdminToken> & { TLS_CERT?: string } = {},
  ): string {
    let text = ''
    vi.spyOn(process.stderr, 'write').mockImplementation((each) => {
      text += each
      return true
    })
    const family = address.includes(':') ? 'IPv6' : 'IPv4'
    const { TLS_CERT = '', ...own } = given
    const token = { token: 'drawn', variable: undefined, ...own }
    announceFaults({ address, family, port: 8080 }, { TLS_CERT, PREFIX: '/' }, token)
    return text
  }

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:8080/-/faults'],
    ['0.0.0.0', 'http://127.0.0.1:8080/-/faults'],
    ['::', 'http://[::1]:8080/-/faults'],
    ['192.0.2.1', 'http://192.0.2.1:8080/-/faults'],
  ])('prints the curl line for a server at %s with the URL %s', (address, url) => {
    expect(printed(address)).toMatch(/^ {2}curl -H "Authorization: Bearer drawn" --json '\{.*\}' /m)
    expect(printed(address)).toContain(` ${url}\n`)
  })

  it('prints the URL of the page with a token that was drawn', () => {
    expect(printed('127.0.0.1')).toContain(' http://127.0.0.1:8080/-/faults#token=drawn\n')
  })

  it('prints https for a server with a certificate', () => {
    expect(printed('127.0.0.1', { TLS_CERT: 'cert.pem' })).toContain(' https://127.0.0.1:8080/')
  })

  it('does not print a token that was given', () => {
    const text = printed('127.0.0.1', { token: 'given', variable: 'FAULT_TOKEN' })
    expect(text).toContain('Bearer $FAULT_TOKEN')
    expect(text).toContain('browser: http://127.0.0.1:8080/-/faults\n')
    expect(text).not.toMatch(/given|drawn/)
  })
})
