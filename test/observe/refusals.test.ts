import { expect, it } from 'vitest'
import {
  REFUSAL_REASONS,
  Refusals,
  reasonOfParseError,
  reasonOfStatus,
} from '../../src/observe/refusals.js'

it('Refusals counts each reason for itself, from 0', () => {
  const refusals = new Refusals()
  for (const reason of REFUSAL_REASONS) expect(refusals.of(reason)).toBe(0)
  refusals.count('access')
  refusals.count('access')
  refusals.count('malformed')
  expect([refusals.of('access'), refusals.of('malformed')]).toEqual([2, 1])
})

it.each([
  [401, 'access'],
  [403, 'access'],
  [413, 'too_large'],
  [414, 'too_large'],
  [431, 'too_large'],
  [200, undefined],
  [404, undefined],
  [429, undefined],
  [503, undefined],
])('reasonOfStatus(%i) is %s', (status, reason) => {
  expect(reasonOfStatus(status)).toBe(reason)
})

it.each([
  [400, 'malformed'],
  [408, 'header_timeout'],
  [414, 'too_large'],
  [431, 'too_large'],
])('reasonOfParseError(%i) is %s', (status, reason) => {
  expect(reasonOfParseError(status)).toBe(reason)
})
