import { afterEach, describe, expect, it, vi } from 'vitest'
import { announceFaults } from '../../src/cli/announce-faults.js'

describe('announceFaults', () => {
  afterEach(() => vi.restoreAllMocks())

  function printed(address: string, given = {}): string {
    let text = ''
    vi.spyOn(process.stderr, 'write').mockImplementation((each) => {
      text += each
      return true
    })
    const family = address.includes(':') ? 'IPv6' : 'IPv4'
    const settings = { FAULT_TOKEN: '', TLS_CERT: '', ...given }
    announceFaults({ address, family, port: 8080 }, settings, 'drawn')
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

  it('prints https for a server with a certificate', () => {
    expect(printed('127.0.0.1', { TLS_CERT: 'cert.pem' })).toContain(' https://127.0.0.1:8080/')
  })

  it('does not print a token that was given', () => {
    const text = printed('127.0.0.1', { FAULT_TOKEN: 'given' })
    expect(text).toContain('Bearer $FAULT_TOKEN')
    expect(text).not.toMatch(/given|drawn/)
  })
})
