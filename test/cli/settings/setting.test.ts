import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import {
  bytes,
  choice,
  duration,
  onOff,
  type Setting,
  text,
} from '../../../src/cli/settings/setting.js'

describe('the kinds of settings', () => {
  it.each<[string, Setting, unknown[], unknown[]]>([
    [
      'a duration',
      duration('d', 'f', '5s'),
      ['0ms', '1.5m', '24d', '25d', '1000d'],
      ['5', '', '-1s', '1y', '1s '],
    ],
    ['a choice', choice('d', 'f', ['a', 'b']), ['a', 'b'], ['c', '']],
    ['a text', text('d', '--f <f>', 'a name'), ['', 'any'], [5]],
    ['a switch', onOff('d', 'f'), [true, false], ['perhaps']],
    ['a size', bytes('d', 'f', '1M'), ['0', '999999999999', '5K', '5G'], ['', '5T', '1.5M', '-1']],
  ])('%s accepts its values and its default, and no other', (_kind, setting, valid, invalid) => {
    const validate = new Ajv().compile(setting.schema)
    for (const value of [...valid, setting.schema.default]) expect(validate(value)).toBe(true)
    for (const value of invalid) expect(validate(value)).toBe(false)
  })

  it.each([
    [duration('d', 'wait-for', '5s'), '--wait-for <time>'],
    [choice('d', 'kind', ['a', 'b']), '--kind <a|b>'],
    [onOff('d', 'list'), '--list'],
    [bytes('d', 'limit', '1M'), '--limit <size>'],
  ])('%# has the flag %s', ({ flag }, expected) => expect(flag).toBe(expected))
})
