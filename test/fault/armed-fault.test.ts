import { expect, it } from 'vitest'
import { showRule } from '../../src/fault/armed-fault.js'
import { settleRule } from '../../src/fault/fault-rule.js'

it.each([
  [
    { id: 'a', fault: { kind: 'chunked' }, times: 3 },
    { fault: { kind: 'chunked' }, times: 3, left: 2 },
  ],
  [{ id: 'a', fault: [{ kind: 'chunked' }] }, { fault: { kind: 'chunked' } }],
  [
    { id: 'a', fault: [{ kind: 'chunked' }, { kind: 'empty-response' }], match: { path: '/x' } },
    { fault: [{ kind: 'chunked' }, { kind: 'empty-response' }], match: { path: '/x' } },
  ],
])('showRule shows the rule %j with two times left as %j', (rule, shown) => {
  expect(showRule(settleRule(rule), 2)).toEqual({ id: 'a', match: {}, probability: 1, ...shown })
})
