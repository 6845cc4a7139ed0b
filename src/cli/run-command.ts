import { withImpliedCommand } from './implied-command.js'
import { parseArguments } from './parse-arguments.js'
import { createProgram } from './program.js'

/**
 * Runs the command.
 *
 * @param args the arguments behind `lastbyte`
 * @returns the exit code: 0 also where a server was started that goes on serving
 * @throws an error that is not ours, which is a bug
 */
export function runCommand(args: readonly string[]): Promise<number> {
  return parseArguments(() => {
    const program = createProgram()
    return { program, args: withImpliedCommand(args, program) }
  })
}
