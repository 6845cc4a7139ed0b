#!/usr/bin/env node
import { runCommand } from './run-command.js'

// Without a listener, a reader that closes the pipe, such as `head`, would end the command with a stack
// trace. Errors while the bytes of a download are written reach `get` through its pipeline.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

process.exitCode = await runCommand(process.argv.slice(2))
