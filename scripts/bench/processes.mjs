import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'

/** The cores of the two sides, so that neither takes the other's time. */
export const SERVER_CORE = 0
export const LOAD_CORE = 1

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0
const running = new Set()
let isOver = false

/** Starts a command on one core alone, where the system can do that. */
export function start(core, command, args, env = process.env) {
  if (isOver) throw new Error('The bench was interrupted')
  const pinned = canPin ? ['taskset', '-c', String(core), command, ...args] : [command, ...args]
  const child = spawn(pinned[0], pinned.slice(1), { env, stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  const gone = () => running.delete(child)
  child.once('exit', gone).once('error', gone)
  return child
}

export async function stop(child) {
  if (!running.has(child)) return
  const exit = once(child, 'exit')
  child.kill()
  await exit
}

/** Ends what still runs, and lets nothing start after. */
export async function stopAll() {
  isOver = true
  await Promise.all([...running].map(stop))
}
