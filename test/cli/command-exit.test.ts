import { expect, it } from 'vitest'
import { CommandExit } from '../../src/cli/command-exit.js'

it('the end of a command has its exit code, and may have a message', () => {
  expect(new CommandExit(1)).toMatchObject({ exitCode: 1, message: '' })
  expect(new CommandExit(2, 'why')).toMatchObject({ exitCode: 2, message: 'why' })
})
