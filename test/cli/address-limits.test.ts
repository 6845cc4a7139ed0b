import { describe, expect, it } from 'vitest'
import { addressLimits } from '../../src/cli/address-limits.js'
import { readEnvironment } from '../../src/cli/settings/environment.js'

const limitsOf = (flags: Record<string, string>) => addressLimits(readEnvironment(flags, {}))

describe('addressLimits', () => {
  it('has safe defaults, and trusts no proxy', () => {
    const { addressLimits: limits, isTrusted } = limitsOf({}) as ReturnType<
      typeof addressLimits
    > & {
      isTrusted?: unknown
    }
    expect(isTrusted).toBeUndefined()
    const kinds = Array.from({ length: 257 }, () => limits.connect('192.0.2.1').kind)
    expect(kinds.indexOf('refused')).toBe(256)
  })

  it('applies the numbers of the settings, and no limit for 0', () => {
    const flags = { CONNECTIONS_PER_ADDRESS: '1', REQUESTS_PER_ADDRESS: '0' }
    const { addressLimits: limits } = limitsOf(flags)
    expect(limits.connect('127.0.0.1').kind).toBe('counted')
    expect(limits.connect('127.0.0.1').kind).toBe('refused')
    for (let n = 0; n < 1000; n += 1) expect(limits.request('192.0.2.1')).toBeDefined()
  })

  it('spares the proxies that it trusts', () => {
    const { addressLimits: limits } = limitsOf({
      CONNECTIONS_PER_ADDRESS: '1',
      TRUST_PROXY: '10.0.0.0/8',
    })
    for (let n = 0; n < 9; n += 1) expect(limits.connect('10.1.2.3').kind).toBe('counted')
  })

  it.each([
    ['loopback', true],
    ['10.0.0.0/8', false],
  ])('with the proxies %j, trusts one that connects to a Unix socket: %s', (list, expected) => {
    const { isTrusted } = limitsOf({ TRUST_PROXY: list })
    expect(isTrusted?.(undefined)).toBe(expected)
  })

  it.each(['proxy.example', '10.0.0.0/33', 'true', '1'])('refuses the proxies %j', (list) => {
    expect(() => limitsOf({ TRUST_PROXY: list })).toThrow(/^TRUST_PROXY: expected addresses or/)
  })

  it.each([
    ['CONNECTIONS_PER_ADDRESS', '-1', '--connections-per-address'],
    ['REQUESTS_PER_ADDRESS', 'many', '--requests-per-address'],
    ['RATE', 'fast', '--rate'],
    ['RATE_PER_ADDRESS', '-5', '--rate-per-address'],
  ])('refuses %s %j by the name of its flag', (name, value, flag) => {
    expect(() => limitsOf({ [name]: value })).toThrow(new RegExp(`^${flag}: expected`))
  })
})
