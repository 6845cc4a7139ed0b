import { expect, it } from 'vitest'
import { ALL_CHECKS } from '../../src/check/all-checks.js'
import { chooseChecks } from '../../src/check/choose-checks.js'

it('groups and ids choose checks, in the order of all', () => {
  expect(chooseChecks(undefined)).toBe(ALL_CHECKS)
  const chosen = chooseChecks(['if-range-stale-etag', 'ranges'])
  expect(new Set(chosen.map(({ group }) => group))).toEqual(new Set(['ranges', 'conditions']))
  expect(chosen.at(-1)?.id).toBe('if-range-stale-etag')
})

it('a name that is neither is refused', () => {
  expect(() => chooseChecks(['range'])).toThrow(/^only: expected a group .*; received "range"$/)
})
