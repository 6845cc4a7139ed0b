import { describe, expect, it } from 'vitest'
import { FAULT_KINDS } from '../../src/fault/fault-kinds.js'
import { RULE } from '../../src/fault/fault-rule.js'
import { MATCH } from '../../src/fault/request-match.js'
import { fieldType, formFields } from '../../src/pages/fault-fields.js'
import type { Expectation } from '../../src/validation/expectation.js'

const members = (kind: keyof typeof FAULT_KINDS) =>
  FAULT_KINDS[kind].members as unknown as Readonly<Record<string, Expectation>>
const types = (expectations: object) =>
  Object.fromEntries(Object.entries(expectations).map(([name, each]) => [name, fieldType(each)]))

describe('the field for a member', () => {
  it.each([
    ['truncate', { at: 'offset', from: 'choice' }],
    ['stall', { at: 'offset', from: 'choice', ms: 'number' }],
    ['corrupt', { at: 'offset', from: 'choice', length: 'number', mask: 'number' }],
    [
      'status',
      { status: 'number', retryAfter: 'mixed', fields: 'fields', body: 'text', type: 'text' },
    ],
    ['replace', { text: 'text', by: 'text' }],
    ['request-fields', { set: 'fields', remove: 'names' }],
    ['response-fields', { set: 'fields', remove: 'names' }],
    ['etag-flip', { per: 'choice', version: 'number' }],
    ['goaway', { at: 'offset', from: 'choice', code: 'mixed' }],
    ['source-error', { at: 'offset', code: 'text' }],
    ['chunked', {}],
    ['event-cut', { event: 'number', id: 'mixed', where: 'choice', ending: 'choice' }],
    ['event-id', { event: 'number', id: 'mixed', as: 'choice', value: 'text' }],
    ['event-retry', { event: 'number', id: 'mixed', value: 'mixed' }],
  ] as const)('of %s has a type by the values that it accepts', (kind, expected) => {
    expect(types(members(kind))).toEqual(expected)
  })

  it('of the requests and of the rule has one too', () => {
    expect(types(MATCH)).toEqual({
      method: 'names',
      path: 'text',
      headers: 'matches',
      protocol: 'choice',
      range: 'range',
      attempt: 'numbers',
    })
    const { match: _match, fault: _fault, ...often } = RULE
    expect(types(often)).toEqual({ id: 'text', times: 'number', probability: 'number' })
  })

  it('has a label and says what the validator expects', () => {
    const html = formFields('truncate', members('truncate'), { at: 5 })
    expect(html).toContain('<label for="truncate-at">at</label>')
    expect(html).toContain(
      'data-member="at" data-type="offset" aria-describedby="truncate-at-help" required placeholder="5"',
    )
    expect(html).toContain('an offset in bytes, or { &#34;between&#34;: [a, b] }; here as')
    expect(html).toContain('<label for="truncate-from">from <small>optional</small></label>')
    expect(html).toContain('<option>representation</option><option>response</option>')
  })

  it('is missing for members of a rule that have a form of their own', () => {
    expect(formFields('rule', RULE)).not.toMatch(/data-member="(match|fault)"/)
  })
})
