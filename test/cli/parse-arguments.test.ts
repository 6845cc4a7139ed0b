import { describe, expect, it, vi } from 'vitest'
import { baseProgram } from '../../src/cli/base-program.js'
import { CommandExit } from '../../src/cli/command-exit.js'
import { parseArguments } from '../../src/cli/parse-arguments.js'
import { LastbyteError } from '../../src/errors.js'

/** The exit code of a command whose action throws, and what it prints on stderr. */
async function outcome(args: readonly string[], action: () => void) {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    const code = await parseArguments(() => {
      const program = baseProgram()
      program.command('act').exitOverride().action(action)
      return { program, args }
    })
    return { code, stderr: write.mock.calls.join('') }
  } finally {
    write.mockRestore()
  }
}

function fails(error: Error): () => never {
  return () => {
    throw error
  }
}

describe('parseArguments', () => {
  it.each<[string, () => void, number, string]>([
    ['completes', () => {}, 0, ''],
    ['refuses a setting', fails(new LastbyteError('BAD_SETTING', 'x: no')), 2, 'lastbyte: x: no\n'],
    [
      'gives up',
      fails(new LastbyteError('GAVE_UP', 'a\nb\x1b')),
      7,
      'lastbyte: a\\u000ab\\u001b\n',
    ],
    ['has a code of its own', fails(new CommandExit(9)), 9, ''],
  ])('gives the exit code and one line of a command that %s', async (_, action, code, stderr) => {
    expect(await outcome(['act'], action)).toEqual({ code, stderr })
  })

  it('gives 2 for a mistake in the arguments, which commander prints', async () => {
    const { code, stderr } = await outcome(['act', '--bogus'], () => {})
    expect(code).toBe(2)
    expect(stderr).toBe("error: unknown option '--bogus'\n")
  })

  it('throws an error that is a bug', async () => {
    const bug = new TypeError('bug')
    await expect(outcome(['act'], fails(bug))).rejects.toBe(bug)
  })
})
