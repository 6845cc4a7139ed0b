import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ownProcess, processState } from '../../../src/native/running-process.js'
import { claimMarker, markerId } from '../../../src/source/live/claim-marker.js'
import { Folder } from '../../fixture/files.js'

it.each(['', 'no JSON', 'null', '{"pid":1,"started":"1","scope":"another machine"}'])(
  'claimMarker takes over a marker with %j, in one step',
  async (content) => {
    using folder = new Folder({ m: content })
    const before = await markerId(folder.at('m'))
    expect(await claimMarker(folder.at('m'))).toBe(false)
    expect(await markerId(folder.at('m'))).not.toBe(before)
    expect(processState(readFileSync(folder.at('m'), 'utf8'))).toBe('own')
    expect(readdirSync(folder.path)).toEqual(['m'])
  },
)

it('claimMarker refuses the marker of a process that runs, until it is killed', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])
  await once(child, 'spawn')
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'latin1')
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  const text = JSON.stringify({ ...JSON.parse(ownProcess()), pid: child.pid, started })
  using folder = new Folder({ m: text })
  await expect(claimMarker(folder.at('m'))).rejects.toMatchObject({ code: 'IN_USE' })
  expect(readFileSync(folder.at('m'), 'utf8')).toBe(text)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await claimMarker(folder.at('m'))).toBe(false)
})

it('claimMarker creates a marker, and fails with DISK_FAILED', async () => {
  using folder = new Folder()
  expect(await claimMarker(folder.at('m'))).toBe(true)
  const failing = claimMarker(folder.at('none/m'))
  await expect(failing).rejects.toMatchObject({ code: 'DISK_FAILED', facts: { code: 'ENOENT' } })
})
