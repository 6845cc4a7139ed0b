import { describe, expect, it } from 'vitest'
import { HELP_GROUPS, helpGroupOf, OTHER } from '../../../src/cli/settings/help-group.js'
import { SETTINGS_SCHEMA } from '../../../src/cli/settings/schema.js'
import type { Setting } from '../../../src/cli/settings/setting.js'

const withFlags = Object.entries<Setting>(SETTINGS_SCHEMA)
  .filter(([, { flag }]) => flag !== '')
  .map(([variable]) => [variable] as const)

describe('helpGroupOf', () => {
  it.each(withFlags)('lists %s below a heading that says what it is about', (variable) => {
    expect(helpGroupOf(variable)).not.toBe(OTHER)
    expect(HELP_GROUPS).toContain(helpGroupOf(variable))
  })

  it('lists an unknown setting at the end', () => {
    expect(helpGroupOf('UNKNOWN')).toBe(HELP_GROUPS.at(-1))
  })
})
