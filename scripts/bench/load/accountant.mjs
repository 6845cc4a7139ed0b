import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { linesOf, start, stop } from '../processes.mjs'

/** Why commands can't be measured on this machine. */
export const lacksAccountant = () =>
  spawnSync('python3', ['-V']).status === 0 ? undefined : 'python3 is not installed'

/**
 * Starts the process that runs and measures commands (load/account.py).
 *
 * @returns `run`, which resolves to the wall time and the CPU time of a command in a folder in seconds and its
 *   peak memory in MB, and rejects if it fails; and `stop`
 */
export function startAccountant() {
  const child = start('python3', [join(import.meta.dirname, 'account.py')], { stdin: 'pipe' })
  const next = linesOf(child)
  const run = async (words, cwd) => {
    child.stdin.write(`${JSON.stringify({ words, cwd })}\n`)
    const { code, memory, ...times } = JSON.parse(await next())
    if (code !== 0) {
      // What the command has written to standard error before its end is read in the same turn.
      await new Promise(setImmediate)
      throw new Error(`${words.join(' ')} exited with ${code}\n${child.stderrTail}`)
    }
    return { ...times, memory: memory / 1e6 }
  }
  return { run, stop: () => stop(child) }
}
