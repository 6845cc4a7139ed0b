#!/usr/bin/env node
import { runCommand } from './run-command.js'

// Without a listener, a reader that closes the pipe as `head` does would end the command with a stack
// trace. Errors in writing the bytes of a download reach `get` by its pipeline.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

process.exitCode = await runCommand(process.argv.slice(2))
