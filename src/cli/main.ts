#!/usr/bin/env node
import { nodeRefusal } from './node-version.js'

/**
 * Settles when the command has ended. It is no top-level `await`, since the build writes this module as CommonJS,
 * which has none and starts faster.
 */
export const completion = main()

async function main(): Promise<void> {
  // No other module is imported before: an older Node would fail in it with an error that explains nothing.
  const refusal = nodeRefusal(process.versions.node)
  if (refusal !== undefined) {
    process.stderr.write(`lastbyte: ${refusal}\n`)
    process.exitCode = 2
    return
  }
  const args = process.argv.slice(2)
  const { runMain } = await (args[0] === 'get' ? import('./run-get.js') : import('./run-main.js'))
  // A command that waits for what never comes must not end as if it had succeeded: Node's code for such an `await`.
  const onIdle = () => {
    process.exitCode ??= 13
  }
  process.once('beforeExit', onIdle)
  await runMain(args)
  process.off('beforeExit', onIdle)
}
