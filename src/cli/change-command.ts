import { spawn } from 'node:child_process'
import type { Change, ChangeFile } from '../check/subject/change.js'
import { printableText } from '../printable-text.js'
import { usageError } from './usage-error.js'

/** Characters of the command's stderr in an error. */
const MOST_STDERR = 500

/**
 * Changes the file by a command line of the shell. It receives the kind of change as its first argument after those of
 * the line, and in LASTBYTE_CHANGE. Its stdout is discarded, since that of a check may be JSON.
 *
 * @throws LastbyteError BAD_SETTING, by the returned function, where the command can't be run or fails
 */
export function changeByCommand(command: string): ChangeFile {
  if (command.trim() === '') throw usageError('--change', 'expected a command', command)
  return (change) => run(command, change)
}

function run(command: string, change: Change): Promise<void> {
  const env = { ...process.env, LASTBYTE_CHANGE: change }
  const child = spawn(`${command} ${change}`, {
    shell: true,
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
    child.once('error', ({ message }) => fail(`it can't be run: ${message}`))
    child.once('close', (code, signal) => {
      if (code === 0) return resolve()
      const end = code === null ? `was ended by ${signal}` : `exited with ${code}`
      const said = printableText(stderr.trim())
      fail(`"${command}" ${end}${said === '' ? '' : `: ${said}`}`)
    })
  })
}
