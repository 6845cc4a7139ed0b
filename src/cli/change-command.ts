import { type ChildProcess, spawn } from 'node:child_process'
import type { Change, ChangeFile } from '../check/subject/change.js'
import { printableText } from '../printable-text.js'
import { usageError } from './usage-error.js'

/** Characters of the command's stderr that are kept, with its line ends. */
const MOST_STDERR = 500
/** Characters of it in an error, in one line. */
const SHOWN = 200
/** ms that a command has. */
const LIMIT = 60_000

/**
 * Changes the file by a command line of the shell. It receives the kind of change as its first argument after those of
 * the line, and in LASTBYTE_CHANGE. Its stdout is discarded, since that of a check may be JSON. It is ended, with all
 * that it has started, where it takes longer than `limit` ms, 60,000 by default, or where the run is aborted.
 *
 * @throws LastbyteError BAD_SETTING, by the returned function, where the command can't be run or fails
 */
export function changeByCommand(command: string, limit = LIMIT): ChangeFile {
  if (command.trim() === '') throw usageError('--change', 'expected a command', command)
  return (change, signal) => {
    const late = AbortSignal.timeout(limit)
    const stop = signal === undefined ? late : AbortSignal.any([late, signal])
    return run(command, change, { late, stop })
  }
}

/** `stop` ends the command; where it is not because of `late`, its reason is that of the run. */
interface Limits {
  readonly late: AbortSignal
  readonly stop: AbortSignal
}

async function run(command: string, change: Change, { late, stop }: Limits): Promise<void> {
  stop.throwIfAborted()
  const env = { ...process.env, LASTBYTE_CHANGE: change }
  const child = spawn(`${command} ${change}`, {
    shell: true,
    // A group of its own, so that what the shell starts can be ended with it.
    detached: true,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-MOST_STDERR)
  })
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      const problem = `expected a command that makes the change "${change}" and exits with 0; ${what}`
      reject(usageError('--change', problem))
    }
    const giveUp = () => {
      endGroup(child)
      child.stderr.destroy()
      if (!late.aborted) return reject(stop.reason)
      fail(`"${command}" took too long, and was ended`)
    }
    stop.addEventListener('abort', giveUp, { once: true })
    child.once('error', ({ message }) => {
      stop.removeEventListener('abort', giveUp)
      fail(`it can't be run: ${message}`)
    })
    child.once('close', (code, signal) => {
      stop.removeEventListener('abort', giveUp)
      if (code === 0) return resolve()
      const end = code === null ? `was ended by ${signal}` : `exited with ${code}`
      const said = printableText(stderr.replace(/\s+/g, ' ').trim().slice(-SHOWN))
      fail(`"${command}" ${end}${said === '' ? '' : `: ${said}`}`)
    })
  })
}

/** Ends a command and what it has started. Windows has no groups. */
function endGroup(child: ChildProcess): void {
  try {
    if (child.pid === undefined || process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}
