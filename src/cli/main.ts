#!/usr/bin/env node
import { runCommand } from './run-command.js'

// A reader that closes the pipe, as `head` does, must not end a download or a server with a stack trace.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

process.exitCode = await runCommand(process.argv.slice(2))
