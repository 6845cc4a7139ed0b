import { describe, expect, it } from 'vitest'
import { HashResults } from '../../../src/source/digest/hash-results.js'

describe('HashResults', () => {
  it('keeps the hashes of each kind apart from those of the others', () => {
    const results = new HashResults()
    results.set('f', 'sha-256', Buffer.from('a'))
    results.set('f', 'crc32', Buffer.from('crc!'))
    results.set('f', 'sha-256/1024', Buffer.from('c'))
    expect(String(results.get('f', 'sha-512'))).toBe('a')
    expect(Buffer.from(results.get('f', 'crc32') ?? []).toString()).toBe('crc!')
    expect(String(results.get('f', 'sha-256/2048'))).toBe('c')
    expect(results.get('g', 'crc32')).toBeUndefined()
  })

  it('has a bound for the bytes of pieces, which evict no digest', () => {
    const results = new HashResults()
    results.set('first', 'sha-256', Buffer.alloc(32))
    const pieces = Buffer.alloc(32 * 1024)
    const kept = () => names.filter((name) => results.get(name, 'sha-256/1') !== undefined)
    const names = Array.from({ length: 600 }, (_, nth) => `f${nth}`)
    for (const name of names) results.set(name, 'sha-256/1', pieces)
    expect(kept().length).toBe(508)
    expect(kept().at(-1)).toBe('f599')
    expect(results.get('first', 'sha-256')).toBeDefined()
  })
})
