import { describe, expect, it } from 'vitest'
import { type ListOptions, readListOptions } from '../../src/settings/list-options.js'

describe('readListOptions', () => {
  it.each([undefined, false])('returns undefined for %o: directories are not listed', (list) => {
    expect(readListOptions(list)).toBeUndefined()
  })

  it('returns the defaults for true', () => {
    expect(readListOptions(true)).toEqual({})
  })

  it('returns a frozen copy of options', () => {
    const list: ListOptions = { format: 'json', names: ['index.json'], jsonFormat: 'extended' }
    const settled = readListOptions(list)
    expect(settled).toEqual(list)
    expect(settled).not.toBe(list)
    expect(Object.isFrozen(settled) && Object.isFrozen(settled?.names)).toBe(true)
  })

  it.each([
    [{ format: 'xml' }, 'list.format: expected "html" or "json"; received "xml"'],
    [{ names: 'index.json' }, 'list.names: expected an array of strings; received "index.json"'],
    [
      { jsonformat: 'names' },
      'list.jsonformat: unknown option; did you mean list.jsonFormat? known options: format, names, jsonFormat, readme, render',
    ],
  ])('refuses %o by the name of the option', (list, message) => {
    expect(() => readListOptions(list as ListOptions)).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING', message }),
    )
  })
})
