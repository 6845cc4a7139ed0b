import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.js'
import { byHelpGroup } from '../../src/cli/settings/help-group.js'
import { SETTINGS_SCHEMA } from '../../src/cli/settings/schema.js'
import type { Setting } from '../../src/cli/settings/setting.js'

const commandOf = (name: string) => {
  const command = createProgram().commands.find((each) => each.name() === name)
  if (command === undefined) throw new Error(`no command ${name}`)
  return command
}

describe('createProgram', () => {
  it('has the version of the package', () => {
    expect(createProgram().version()).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version)
  })

  it('has these commands', () => {
    expect(createProgram().commands.map((each) => each.name())).toEqual([
      'serve',
      'proxy',
      'faults',
      'get',
      'check',
      'password',
      'token',
      'key',
      'sign',
    ])
  })

  it.each(['serve', 'proxy'])('%s has a flag for each of its settings, and no other', (name) => {
    const expected = Object.entries<Setting>(SETTINGS_SCHEMA)
      .filter(([, { flag, only }]) => flag !== '' && (only === undefined || only === name))
      .map(([variable]) => variable)
    const variables = commandOf(name)
      .options.map((option) => option.attributeName())
      .filter((variable) => variable !== 'printCapabilities')
    expect([...variables].sort()).toEqual([...expected].sort())
    // Below the headings of the help, in their order.
    expect(variables).toEqual([...variables].sort(byHelpGroup))
  })

  it('names the variable and the default of a setting in the help', () => {
    expect(commandOf('serve').helpInformation()).toMatch(
      /--port <number>\s.*\(PORT, default\s+8080\)/,
    )
  })
})
