#!/usr/bin/env node
import { nodeRefusal } from './node-version.js'

// No other module is imported before: an older Node would fail in it with an error that explains nothing.
const refusal = nodeRefusal(process.versions.node)
if (refusal === undefined) {
  const { runMain } = await import('./run-main.js')
  await runMain(process.argv.slice(2))
} else {
  process.stderr.write(`lastbyte: ${refusal}\n`)
  process.exitCode = 2
}
