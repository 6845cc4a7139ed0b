import { CommanderError } from 'commander'
import { printableText } from '../printable-text.js'
import { CommandExit } from './command-exit.js'
import { EXIT_CODES, exitCodeOf } from './exit-codes.js'
import { withImpliedCommand } from './implied-command.js'
import { createProgram } from './program.js'

/**
 * Runs the command. A mistake of the user is one line on stderr and an exit code, never a stack trace.
 *
 * @param args the arguments behind `lastbyte`
 * @returns the exit code: 0 also where a server was started that goes on serving
 * @throws an error that is not ours, which is a bug
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    const program = createProgram()
    await program.parseAsync(withImpliedCommand(args, program), { from: 'user' })
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
