import { printableLines } from '../printable-text.js'

/**
 * Runs a command as the main program of the process, and sets its exit code.
 *
 * @param run resolves to the exit code
 */
export async function runProcess(run: () => Promise<number>): Promise<void> {
  // Without a listener, a reader that closes the pipe, such as `head`, would end the command with a stack
  // trace. Errors while the bytes of a download are written reach `get` through its pipeline.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

  try {
    process.exitCode = await run()
  } catch (error) {
    // A bug. Node would print the stack with characters of its message on which a terminal acts.
    const stack = error instanceof Error ? error.stack : undefined
    const text = printableLines(stack ?? String(error))
    process.stderr.write(`lastbyte: uncaught exception: ${text}\n`)
    process.exit(1)
  }
}
