import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { changeByCommand } from '../../src/cli/change-command.js'
import { Folder } from '../fixture/files.js'

function script(lines: string): Folder {
  const folder = new Folder({ 'swap.sh': `#!/bin/sh\ncd "$(dirname "$0")"\n${lines}\n` })
  chmodSync(folder.at('swap.sh'), 0o755)
  return folder
}

it('runs a command with the change as its argument and in LASTBYTE_CHANGE', async () => {
  using folder = script('echo "$# $1 $LASTBYTE_CHANGE" >>log; echo to stdout')
  const change = changeByCommand(folder.at('swap.sh'))
  for (const each of ['rewrite', 'rename', 'truncate', 'append', 'restore'] as const) {
    await change(each)
  }
  expect(readFileSync(folder.at('log'), 'utf8').split('\n')).toEqual([
    ...['1 rewrite rewrite', '1 rename rename', '1 truncate truncate'],
    ...['1 append append', '1 restore restore', ''],
  ])
})

it('appends the change to the arguments of a command line', async () => {
  using folder = script('echo "$*" >log')
  await changeByCommand(`${folder.at('swap.sh')} film.mkv 'of two words'`)('append')
  expect(readFileSync(folder.at('log'), 'utf8')).toBe('film.mkv of two words append\n')
})

it('names the exit code and the stderr of a command that fails', async () => {
  using folder = script('echo "no such object" >&2; exit 3')
  const command = folder.at('swap.sh')
  await expect(changeByCommand(command)('rename')).rejects.toMatchObject({
    code: 'BAD_SETTING',
    message: `--change: expected a command that makes the change "rename" and exits with 0; "${command}" exited with 3: no such object`,
  })
})

it('shows the end of the stderr of a command in one short line', async () => {
  using folder = script('yes | head -n 1000 >&2; printf "no such\\r\\n\\tobject\\n" >&2; exit 3')
  const error = await changeByCommand(folder.at('swap.sh'))('rename').catch(String)
  expect(error).toMatch(/exited with 3: [y ]{1,186} no such object$/)
})

it('names the signal that ended a command', async () => {
  using folder = script('kill -KILL $$')
  await expect(changeByCommand(folder.at('swap.sh'))('rename')).rejects.toThrow(
    /ended by SIGKILL|exited with 137/,
  )
})

it('says so where the command is missing or empty', async () => {
  await expect(changeByCommand('./no-such-command')('append')).rejects.toThrow(
    /"\.\/no-such-command" exited with 127: .*not found/,
  )
  expect(() => changeByCommand(' ')).toThrow('--change: expected a command')
})

const STARTS_ANOTHER = 'sleep 600 & echo $! >pid.new; mv pid.new pid; wait'

it('ends a command that takes too long, and names it', async () => {
  using folder = script(STARTS_ANOTHER)
  const command = folder.at('swap.sh')
  await expect(changeByCommand(command, 1000)('restore')).rejects.toMatchObject({
    code: 'BAD_SETTING',
    message: expect.stringContaining(`"${command}" took too long, and was ended`),
  })
})

it('ends a command and what it has started where the run is aborted, with the reason of that', async () => {
  using folder = script(STARTS_ANOTHER)
  const stop = new AbortController()
  const run = changeByCommand(folder.at('swap.sh'))('append', stop.signal)
  const ended = expect(run).rejects.toThrow('stopped by its caller')
  await expect.poll(() => existsSync(folder.at('pid'))).toBe(true)
  stop.abort(new Error('stopped by its caller'))
  await ended
  const started = Number(readFileSync(folder.at('pid'), 'utf8'))
  await expect.poll(() => isRunning(started)).toBe(false)
})

/** Whether a process runs: one that was ended may wait for init to take note. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
