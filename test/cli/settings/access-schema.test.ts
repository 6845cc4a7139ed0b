import { expect, it } from 'vitest'
import { ACCESS_SCHEMA } from '../../../src/cli/settings/access-schema.js'
import { readEnvironment } from '../../../src/cli/settings/environment.js'

it('Everybody may use a server without settings of access', () => {
  const names = Object.keys(ACCESS_SCHEMA)
  expect(names).toHaveLength(4)
  const environment: Record<string, unknown> = { ...readEnvironment({}, {}) }
  expect(names.map((name) => environment[name])).toEqual(['', '', '', ''])
})
