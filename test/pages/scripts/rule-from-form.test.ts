import { describe, expect, it } from 'vitest'
import { FAULT_KINDS } from '../../../src/fault/fault-kinds.js'
import { settleRule } from '../../../src/fault/fault-rule.js'
import { KIND_HELP } from '../../../src/fault/kind-help.js'
import { type FieldType, fieldType } from '../../../src/pages/fault-fields.js'
import { fieldText, fieldValue, ruleFromForm } from '../../../src/pages/scripts/rule-from-form.js'
import type { Expectation } from '../../../src/validation/expectation.js'

const NOTHING = { members: [], match: [], rule: [] }
const field = (name: string, type: FieldType, text: string) => ({ name, type, text })

describe('the value of a field', () => {
  it.each<[FieldType, string, unknown]>([
    ['number', ' 5 ', 5],
    ['number', '0.5', 0.5],
    ['number', '-1', -1],
    ['number', 'many', 'many'],
    ['number', '1e9', '1e9'],
    ['mixed', '11', 11],
    ['mixed', 'CANCEL', 'CANCEL'],
    ['offset', '1000', 1000],
    ['offset', '1000-2000', { between: [1000, 2000] }],
    ['offset', '1000 .. 2000', { between: [1000, 2000] }],
    ['offset', 'later', 'later'],
    ['range', 'present', 'present'],
    ['range', '0-1000', { overlaps: [0, 1000] }],
    ['numbers', '1', 1],
    ['numbers', '1, 3', [1, 3]],
    ['names', 'GET', 'GET'],
    ['names', 'GET, HEAD', ['GET', 'HEAD']],
    ['fields', 'Location: http://h/\nX-A:b\n\n', { Location: 'http://h/', 'X-A': 'b' }],
    ['matches', 'x-a: *\nx-b', { 'x-a': '*', 'x-b': null }],
    ['text', ' kept ', ' kept '],
    ['choice', 'response', 'response'],
  ])('of the type %s for %j is %j', (type, text, value) => {
    expect(fieldValue(type, text)).toEqual(value)
  })
})

describe('ruleFromForm', () => {
  it('leaves out what is empty', () => {
    const members = [field('at', 'offset', '5'), field('from', 'choice', '')]
    const rule = [field('id', 'text', ''), field('times', 'number', ' ')]
    expect(ruleFromForm({ ...NOTHING, kind: 'truncate', members, rule })).toEqual({
      fault: { kind: 'truncate', at: 5 },
    })
  })

  it('has the requests and how often', () => {
    const match = [field('path', 'text', '/a'), field('attempt', 'numbers', '1, 2')]
    const rule = [field('id', 'text', 'cut'), field('times', 'number', '2')]
    expect(ruleFromForm({ ...NOTHING, kind: 'chunked', match, rule })).toEqual({
      id: 'cut',
      match: { path: '/a', attempt: [1, 2] },
      fault: { kind: 'chunked' },
      times: 2,
    })
  })

  it.each(Object.entries(KIND_HELP))(
    'makes a rule of the example of %s that can be armed',
    (kind, { example }) => {
      const expectations = FAULT_KINDS[kind as keyof typeof FAULT_KINDS].members
      const values = example as unknown as Readonly<Record<string, unknown>>
      const members = Object.entries<Expectation>(expectations as never).map(([name, each]) =>
        field(name, fieldType(each), fieldText(values[name])),
      )
      const rule = ruleFromForm({ ...NOTHING, kind, members })
      expect(rule).toEqual({ fault: example })
      expect(settleRule(rule).faults).toEqual([example])
    },
  )
})

it.each([
  [undefined, ''],
  [null, ''],
  [5, '5'],
  ['a', 'a'],
  [['a', 'b'], 'a, b'],
])('fieldText of %j is %j', (value, text) => {
  expect(fieldText(value)).toBe(text)
})
