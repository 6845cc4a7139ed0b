import { chmodSync, readFileSync } from 'node:fs'
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
