import { describe, expect, it } from 'vitest'
import { nearestName } from '../../src/validation/nearest-name.js'

const KNOWN = ['headers', 'signal', 'retryFor', 'stall', 'onEvent', 'to', 'as']

describe('nearestName', () => {
  it.each([
    ['retriesFor', 'retryFor', 'three edits of ten characters'],
    ['retry-for', 'retryFor', 'another way to join words'],
    ['RETRY_FOR', 'retryFor', 'another case'],
    ['header', 'headers', 'a missing character'],
    ['singal', 'signal', 'two characters exchanged'],
    ['stal', 'stall', 'a missing character'],
    ['onevents', 'onEvent', 'another case and one more character'],
  ])('finds for %s the option %s: %s', (name, nearest) => {
    expect(nearestName(name, KNOWN)).toBe(nearest)
  })

  it.each(['zzzz', 'timeout', 'constructor', '__proto__', '', 'x', 'a'.repeat(65)])(
    'finds nothing similar to %j',
    (name) => {
      expect(nearestName(name, KNOWN)).toBeUndefined()
    },
  )

  it('prefers the name with fewer edits, then the earlier one', () => {
    expect(nearestName('stalls', ['stale', 'stall'])).toBe('stall')
    expect(nearestName('cat', ['cut', 'cot'])).toBe('cut')
  })

  it('finds nothing among no names', () => {
    expect(nearestName('stall', [])).toBeUndefined()
  })
})
