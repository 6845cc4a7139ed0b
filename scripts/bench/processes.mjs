import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { setTimeout as timer } from 'node:timers/promises'

/** Servers and load generators are pinned to different cores. */
export const SERVER_CORE = 0
export const LOAD_CORE = 1

/** ms between SIGTERM and SIGKILL. */
const KILL_AFTER = 3_000

export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0
const running = new Set()
const interrupted = new AbortController()

/** Aborted when the run is interrupted; long work without a child process checks it. */
export const interruption = interrupted.signal

/** Waits for ms; rejects if the run is interrupted. */
export const wait = (ms) => timer(ms, undefined, { signal: interruption })

/**
 * Starts a command. The end of its standard error is kept in `stderrTail`, for error messages.
 *
 * @param core the core that the process is pinned to, if taskset is available; undefined for none
 * @param nice the scheduling priority (nice value) of the process, up to 19
 */
export function start(
  command,
  args,
  { core, nice, env = process.env, cwd, stdin = 'ignore' } = {},
) {
  if (interrupted.signal.aborted) throw new Error('The run was interrupted')
  const words = [command, ...args.map(String)]
  if (core !== undefined && canPin) words.unshift('taskset', '-c', String(core))
  if (nice !== undefined) words.unshift('nice', '-n', String(nice))
  const [first, ...rest] = words
  const child = spawn(first, rest, { env, cwd, stdio: [stdin, 'pipe', 'pipe'] })
  running.add(child)
  child.stderrTail = ''
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    child.stderrTail = (child.stderrTail + chunk).slice(-4_000)
  })
  const onEnd = () => running.delete(child)
  child.once('exit', onEnd).once('error', onEnd)
  return child
}

/** Waits for the end of a process and resolves to its output; rejects if it fails. */
export async function outputOf(child) {
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (code !== 0) {
    throw new Error(
      `${child.spawnargs.join(' ')} exited with ${code ?? signal}\n${child.stderrTail}`,
    )
  }
  return output
}

/** @returns a function that resolves to the next line of a process; rejects if the process has ended */
export function linesOf(child) {
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return async () => {
    const { done, value } = await lines.next()
    if (!done) return value
    const [code, signal] =
      child.exitCode === null && child.signalCode === null
        ? await once(child, 'exit')
        : [child.exitCode, child.signalCode]
    throw new Error(
      `${child.spawnargs.join(' ')} exited with ${code ?? signal}\n${child.stderrTail}`,
    )
  }
}

/** Resolves to the first line of a process; rejects if it ends before that. */
export async function firstLineOf(child) {
  const failed = once(child, 'exit').then(([code, signal]) => {
    throw new Error(
      `${child.spawnargs.join(' ')} exited with ${code ?? signal}\n${child.stderrTail}`,
    )
  })
  failed.catch(() => {})
  const [line] = await Promise.race([once(child.stdout, 'data'), failed])
  return String(line)
}

export async function stop(child) {
  if (!running.has(child)) return
  const exit = once(child, 'exit')
  child.kill()
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER)
  await exit
  clearTimeout(timer)
}

/** Stops all running processes. */
export async function stopRunning() {
  await Promise.all([...running].map(stop))
}

/** Stops all running processes, and prevents new ones. */
export async function stopAll() {
  interrupted.abort(new Error('The run was interrupted'))
  await stopRunning()
}
