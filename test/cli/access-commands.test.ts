import { Command } from 'commander'
import { expect, it } from 'vitest'
import { addAccessCommands } from '../../src/cli/access-commands.js'

it('addAccessCommands adds a command for each file, and one that signs', () => {
  const program = new Command()
  addAccessCommands(program)
  expect(program.commands.map((command) => command.name())).toEqual([
    'password',
    'token',
    'key',
    'sign',
  ])
})
