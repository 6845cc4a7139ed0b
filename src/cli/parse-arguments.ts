import { type Command, CommanderError } from 'commander'
import { printableText } from '../printable-text.js'
import { CommandExit } from './command-exit.js'
import { EXIT_CODES, exitCodeOf } from './exit-codes.js'

/** A command line, and the arguments that it is to parse. */
export interface Invocation {
  readonly program: Command
  readonly args: readonly string[]
}

/**
 * Parses arguments and runs the command that they name. A mistake of the user is one line on stderr and an exit code,
 * never a stack trace.
 *
 * @param prepare may throw such a mistake
 * @returns the exit code: 0 also where a server was started that goes on serving
 * @throws an error that is not ours, which is a bug
 */
export async function parseArguments(prepare: () => Invocation): Promise<number> {
  try {
    const { program, args } = prepare()
    await program.parseAsync(args, { from: 'user' })
    return EXIT_CODES.complete
  } catch (error) {
    // Commander has printed its message, or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage
    const code = error instanceof CommandExit ? error.exitCode : exitCodeOf(error)
    if (code === undefined) throw error
    const message = printableText(oneLine((error as Error).message))
    if (message !== '') process.stderr.write(`lastbyte: ${message}\n`)
    return code
  }
}

/** A message may quote a path or a message of the system that has line breaks. */
function oneLine(message: string): string {
  return message.replace(/\s*[\r\n]+\s*/g, ' ')
}
