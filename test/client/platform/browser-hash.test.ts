import { describe, expect, it } from 'vitest'
import { browserHash } from '../../../src/client/platform/browser-hash.js'

// Test vectors of FIPS 180-4 for the message "abc".
describe('browserHash', () => {
  it.each([
    ['sha-256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'sha-512',
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ],
  ] as const)('computes the %s test vector from two chunks', (algorithm, hex) => {
    const hash = browserHash(algorithm)
    hash.update(Buffer.from('a'))
    hash.update(Buffer.from('bc'))
    expect(hash.hex()).toBe(hex)
  })
})
