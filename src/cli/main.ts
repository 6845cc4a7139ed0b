#!/usr/bin/env node
import { nodeRefusal } from './node-version.js'

// No other module is imported before: an older Node would fail in it with an error that explains nothing.
const refusal = nodeRefusal(process.versions.node)
if (refusal === undefined) {
  const args = process.argv.slice(2)
  const { runMain } = await (args[0] === 'get' ? import('./run-get.js') : import('./run-main.js'))
  await runMain(args)
} else {
  process.stderr.write(`lastbyte: ${refusal}\n`)
  process.exitCode = 2
}
