import { describe, expect, it } from 'vitest'
import { collect } from '../../src/cli/collect.js'

describe('collect', () => {
  it('appends a value, and leaves the list before it as it was', () => {
    const before = ['a']
    expect(collect('b', before)).toEqual(['a', 'b'])
    expect(before).toEqual(['a'])
  })
})
