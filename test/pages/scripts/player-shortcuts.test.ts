import { describe, expect, it } from 'vitest'
import { commandFor, SHORTCUTS } from '../../../src/pages/scripts/player-shortcuts.js'

const press = (key: string, rest: Partial<Parameters<typeof commandFor>[0]> = {}) =>
  commandFor({ key, ctrlKey: false, altKey: false, metaKey: false, focus: undefined, ...rest })

describe('commandFor', () => {
  it.each([
    [' ', { kind: 'toggle' }],
    ['k', { kind: 'toggle' }],
    ['K', { kind: 'toggle' }],
    ['ArrowLeft', { kind: 'seek', seconds: -5 }],
    ['ArrowRight', { kind: 'seek', seconds: 5 }],
    ['j', { kind: 'seek', seconds: -10 }],
    ['l', { kind: 'seek', seconds: 10 }],
    ['ArrowUp', { kind: 'volume', by: 0.05 }],
    ['ArrowDown', { kind: 'volume', by: -0.05 }],
    ['m', { kind: 'mute' }],
    ['f', { kind: 'fullscreen' }],
    ['c', { kind: 'subtitles' }],
    ['i', { kind: 'pip' }],
    ['<', { kind: 'rate', step: -1 }],
    ['>', { kind: 'rate', step: 1 }],
    ['0', { kind: 'jump', fraction: 0 }],
    ['9', { kind: 'jump', fraction: 0.9 }],
    ['[', { kind: 'chapter', step: -1 }],
    [']', { kind: 'chapter', step: 1 }],
    ['n', { kind: 'neighbour', step: 1 }],
    ['p', { kind: 'neighbour', step: -1 }],
    ['?', { kind: 'help' }],
    ['x', undefined],
    ['Escape', undefined],
    ['Tab', undefined],
  ])('of "%s" is %j', (key, command) => {
    expect(press(key)).toEqual(command)
  })

  it.each(['ctrlKey', 'altKey', 'metaKey'])('leaves keys with %s to the browser', (modifier) => {
    expect(press('f', { [modifier]: true })).toBeUndefined()
  })

  it.each([
    ['k', { tagName: 'INPUT', type: 'text' }],
    ['1', { tagName: 'INPUT', type: 'range' }],
    ['ArrowUp', { tagName: 'SELECT' }],
    [' ', { tagName: 'TEXTAREA' }],
    [' ', { tagName: 'BUTTON' }],
    [' ', { tagName: 'A' }],
    [' ', { tagName: 'SUMMARY' }],
    [' ', { tagName: 'INPUT', type: 'checkbox' }],
  ])('leaves "%s" to the focused element %j', (key, focus) => {
    expect(press(key, { focus })).toBeUndefined()
  })

  it.each([
    ['k', { tagName: 'BUTTON' }],
    ['k', { tagName: 'INPUT', type: 'checkbox' }],
    [' ', { tagName: 'VIDEO' }],
    [' ', { tagName: 'BODY' }],
  ])('takes "%s" also while %j has the focus', (key, focus) => {
    expect(press(key, { focus })).toEqual({ kind: 'toggle' })
  })
})

it('No key of SHORTCUTS has two meanings', () => {
  const keys = SHORTCUTS.flatMap((shortcut) => shortcut.keys)
  expect(new Set(keys).size).toBe(keys.length)
})
