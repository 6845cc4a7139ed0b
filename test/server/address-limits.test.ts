import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AddressLimits, type Release } from '../../src/server/address-limits.js'

const kinds = (limits: AddressLimits, address: string, times: number) =>
  Array.from({ length: times }, () => limits.connect(address).kind)

describe('AddressLimits', () => {
  it('refuses connections over the limit of their address, and drops them if many wait for their refusal', () => {
    const limits = new AddressLimits({ connectionsPerAddress: 2 })
    const refused = Array<string>(16).fill('refused')
    expect(kinds(limits, '192.0.2.1', 20)).toEqual([
      'counted',
      'counted',
      ...refused,
      'dropped',
      'dropped',
    ])
    expect(limits.connect('192.0.2.2').kind).toBe('counted')
    expect([limits.connections, limits.refusedConnections]).toEqual([3, 18])
  })

  it('counts the addresses of one /64 network as one', () => {
    const limits = new AddressLimits({ connectionsPerAddress: 1, requestsPerAddress: 1 })
    expect(limits.connect('2001:db8::1').kind).toBe('counted')
    expect(limits.connect('2001:db8::2').kind).toBe('refused')
    expect(limits.connect('2001:db8:0:1::1').kind).toBe('counted')
    expect(limits.request('2001:db8::1')).toBeTypeOf('function')
    expect(limits.request('2001:db8::2')).toBeUndefined()
  })

  it('has by default a limit of 256, but none for this machine', () => {
    const limits = new AddressLimits()
    expect(kinds(limits, '192.0.2.1', 257).indexOf('refused')).toBe(256)
    for (const local of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      expect(kinds(limits, local, 1000)).not.toContain('refused')
    }
    const requests = Array.from({ length: 257 }, () => limits.request('192.0.2.1'))
    expect(requests.indexOf(undefined)).toBe(256)
  })

  it('applies a limit that was given to this machine as well', () => {
    const limits = new AddressLimits({ connectionsPerAddress: 1, requestsPerAddress: 1 })
    expect(kinds(limits, '127.0.0.1', 2)).toEqual(['counted', 'refused'])
    limits.request('::1')
    expect(limits.request('::1')).toBeUndefined()
  })

  it('has no limit for the address of a trusted proxy', () => {
    const isTrusted = (address: string) => address === '10.0.0.1'
    const limits = new AddressLimits({ connectionsPerAddress: 1, requestsPerAddress: 1, isTrusted })
    expect(kinds(limits, '10.0.0.1', 5)).toEqual(Array(5).fill('counted'))
    expect(kinds(limits, '10.0.0.2', 2)).toEqual(['counted', 'refused'])
  })

  it('never exceeds a limit, and is empty when all is released, in any order and however often', () => {
    const address = fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2')
    const step = fc.oneof(
      fc.record({ kind: fc.constantFrom('connect', 'request'), address }),
      fc.record({ kind: fc.constant('release'), index: fc.nat(50) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const limits = new AddressLimits({ connectionsPerAddress: 3, requestsPerAddress: 2 })
        const releases: Release[] = []
        for (const each of steps) {
          if ('index' in each) releases[each.index]?.()
          else if (each.kind === 'request')
            releases.push(limits.request(each.address) ?? (() => {}))
          else {
            const admission = limits.connect(each.address)
            if (admission.kind !== 'dropped') releases.push(admission.release)
          }
          expect(limits.connections).toBeLessThanOrEqual(9)
          expect(limits.requests).toBeLessThanOrEqual(6)
        }
        for (const release of releases) release()
        expect([limits.size, limits.connections, limits.requests]).toEqual([0, 0, 0])
      }),
    )
  })
})
