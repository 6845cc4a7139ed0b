import { describe, expect, it } from 'vitest'
import { actionOf, KEYS_OF_LISTING, movedIndex } from '../../../src/pages/scripts/listing-keys.js'

const press = (key: string, more: object = {}) =>
  actionOf({ key, altKey: false, ctrlKey: false, metaKey: false, focus: 'page', ...more })

describe('actionOf', () => {
  it.each([
    ['j', { kind: 'move', to: 'next' }],
    ['ArrowUp', { kind: 'move', to: 'previous' }],
    ['End', { kind: 'move', to: 'last' }],
    ['/', { kind: 'filter' }],
    ['Escape', { kind: 'clear' }],
    ['Backspace', { kind: 'parent' }],
    ['g', { kind: 'form' }],
    ['?', { kind: 'help' }],
    ['Enter', undefined],
    ['x', undefined],
    ['constructor', undefined],
  ])('of %s is %j', (key, action) => {
    expect(press(key)).toEqual(action)
  })

  it.each(['altKey', 'ctrlKey', 'metaKey'])('leaves keys with %s to the browser', (modifier) => {
    expect(press('d', { [modifier]: true })).toBeUndefined()
  })

  it('leaves the keys of text to the field, but for those that leave it', () => {
    const typed = ['j', '/', '?', 'Backspace', 'Home', 'ArrowUp', 'Escape', 'ArrowDown']
    const acting = typed.filter((key) => press(key, { focus: 'text' }) !== undefined)
    expect(acting).toEqual(['Escape', 'ArrowDown'])
  })

  it('leaves all keys to an open dialog', () => {
    expect(press('Escape', { focus: 'dialog' })).toBeUndefined()
  })

  it('has an action for each key of the sheet but Enter', () => {
    const names: Record<string, string> = {
      '↓': 'ArrowDown',
      '↑': 'ArrowUp',
      '→': 'ArrowRight',
      '←': 'ArrowLeft',
    }
    const keys = KEYS_OF_LISTING.flatMap(([shown]) => shown.split(' ')).map(
      (key) => names[key] ?? key,
    )
    expect(keys.filter((key) => press(key) === undefined)).toEqual(['Enter'])
  })
})

describe('movedIndex', () => {
  it.each([
    [-1, 'next', 1, 0],
    [-1, 'previous', 1, 0],
    [0, 'next', 1, 1],
    [9, 'next', 1, undefined],
    [0, 'previous', 1, undefined],
    [3, 'right', 1, undefined],
    [3, 'right', 4, 4],
    [0, 'left', 4, undefined],
    [3, 'next', 4, 7],
    [7, 'next', 4, undefined],
    [5, 'previous', 4, 1],
    [5, 'first', 4, 0],
    [5, 'last', 4, 9],
  ] as const)('from %d to the %s of %d columns is %s', (index, to, columns, want) => {
    expect(movedIndex(index, to, { count: 10, columns })).toBe(want)
  })

  it('is nowhere among no names', () => {
    expect(movedIndex(-1, 'first', { count: 0, columns: 1 })).toBeUndefined()
  })
})
