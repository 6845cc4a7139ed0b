import { describe, expect, it } from 'vitest'
import { assStyle, keypadOfSsa, keypadPlace, styleName } from '../../src/subtitles/ass-style.js'

describe('assStyle', () => {
  it.each([
    ['-1', '0', '1', ['b', 'u']],
    ['0', '-1', '0', ['i']],
    ['', 'x', '0', []],
  ])('takes bold %s, italic %s and underline %s as %j', (bold, italic, underline, on) => {
    const fields = new Map([
      ['name', '*Main'],
      ['bold', bold],
      ['italic', italic],
      ['underline', underline],
    ])
    expect(assStyle(fields, 'ass')).toEqual({ name: 'main', on: new Set(on), place: 2 })
  })

  it.each([
    ['ass', '8', 8],
    ['ssa', '6', 8],
    ['ass', 'x', 2],
  ] as const)('reads the alignment of %s, %s, as the place %i', (format, alignment, place) => {
    expect(assStyle(new Map([['alignment', alignment]]), format).place).toBe(place)
  })
})

it.each([
  [1, 1],
  [2, 2],
  [3, 3],
  [5, 7],
  [6, 8],
  [7, 9],
  [9, 4],
  [10, 5],
  [11, 6],
  [0, 2],
  [4, 2],
  [99, 2],
])('keypadOfSsa of %i is %i', (value, place) => {
  expect(keypadOfSsa(value)).toBe(place)
})

it('keypadPlace is the bottom for anything but a digit from 1 to 9', () => {
  expect([0, 10, 1.5, Number.NaN, 7].map(keypadPlace)).toEqual([2, 2, 2, 2, 7])
})

it('styleName has no asterisk and no case', () => {
  expect(styleName('*Default')).toBe('default')
})
