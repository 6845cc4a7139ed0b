import { baseProgram } from './base-program.js'
import { addGetCommand } from './get-command.js'
import { addHelpExamples } from './help-examples.js'
import { parseArguments } from './parse-arguments.js'
import { runProcess } from './run-process.js'

/**
 * Runs `get` as `runMain` does, without the modules of other commands. The build writes this module and all that it
 * imports as one file: a short download would otherwise take most of its time to load 185 of them.
 *
 * @param args the arguments behind `lastbyte`, of which the first is `get`
 */
export function runMain(args: readonly string[]): Promise<void> {
  return runProcess(() =>
    parseArguments(() => {
      const program = baseProgram()
      addGetCommand(program)
      addHelpExamples(program)
      return { program, args }
    }),
  )
}
