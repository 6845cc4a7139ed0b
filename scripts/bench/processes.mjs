import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { text } from 'node:stream/consumers'
import { setTimeout as timer } from 'node:timers/promises'

/** The cores of the two sides, so that neither takes the other's time. */
export const SERVER_CORE = 0
export const LOAD_CORE = 1

/** ms after which a process that was asked to end is ended. */
const PATIENCE = 3_000

export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0
const running = new Set()
const over = new AbortController()

/** Aborted as soon as the run is to end: for whatever takes long without a process. */
export const interruption = over.signal

/** Waits; fails when the run is interrupted. */
export const wait = (ms) => timer(ms, undefined, { signal: interruption })

/**
 * Starts a command. What it writes to standard error is told if it fails (`complaintOf`).
 *
 * @param core the one core that it gets, where the system can do that; any if undefined
 * @param nice how far it stands back behind others on its core, up to 19
 */
export function start(
  command,
  args,
  { core, nice, env = process.env, cwd, stdin = 'ignore' } = {},
) {
  if (over.signal.aborted) throw new Error('The bench was interrupted')
  const words = [command, ...args.map(String)]
  if (core !== undefined && canPin) words.unshift('taskset', '-c', String(core))
  if (nice !== undefined) words.unshift('nice', '-n', String(nice))
  const [first, ...rest] = words
  const child = spawn(first, rest, { env, cwd, stdio: [stdin, 'pipe', 'pipe'] })
  running.add(child)
  child.complaint = ''
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    child.complaint = (child.complaint + chunk).slice(-4_000)
  })
  const gone = () => running.delete(child)
  child.once('exit', gone).once('error', gone)
  return child
}

/** Waits for the end of a process; resolves to what it wrote, fails if it failed. */
export async function outputOf(child) {
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (code !== 0) {
    throw new Error(`${child.spawnargs.join(' ')} ended with ${code ?? signal}\n${child.complaint}`)
  }
  return output
}

/** Resolves when a process has written a first line, or fails when it ends without one. */
export async function firstLineOf(child) {
  const failed = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${child.spawnargs.join(' ')} ended with ${code ?? signal}\n${child.complaint}`)
  })
  failed.catch(() => {})
  const [line] = await Promise.race([once(child.stdout, 'data'), failed])
  return String(line)
}

export async function stop(child) {
  if (!running.has(child)) return
  const exit = once(child, 'exit')
  child.kill()
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
  await exit
  clearTimeout(late)
}

/** Ends what still runs. */
export async function stopRunning() {
  await Promise.all([...running].map(stop))
}

/** Ends what still runs, and lets nothing start after. */
export async function stopAll() {
  over.abort(new Error('The bench was interrupted'))
  await stopRunning()
}
