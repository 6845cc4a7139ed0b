import { runCommand } from './run-command.js'
import { runProcess } from './run-process.js'

/** Runs any command as the main program of the process, and sets its exit code. */
export function runMain(args: readonly string[]): Promise<void> {
  return runProcess(() => runCommand(args))
}
