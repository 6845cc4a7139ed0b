#!/usr/bin/env node
import { printableLines } from '../printable-text.js'
import { runCommand } from './run-command.js'

// Without a listener, a reader that closes the pipe, such as `head`, would end the command with a stack
// trace. Errors while the bytes of a download are written reach `get` through its pipeline.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

try {
  process.exitCode = await runCommand(process.argv.slice(2))
} catch (error) {
  // A bug. Node would print the stack with characters of its message on which a terminal acts.
  const stack = error instanceof Error ? error.stack : undefined
  process.stderr.write(`lastbyte: uncaught exception: ${printableLines(stack ?? String(error))}\n`)
  process.exit(1)
}
