import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ownProcess } from '../../../src/native/running-process.js'
import { giveUpClaim, mayBeAlive } from '../../../src/stream-log/file/claim-owner.js'
import { Folder } from '../../fixture/files.js'

const LEASE = 60_000

describe('mayBeAlive', () => {
  const cases: [what: string, content: string, alive: boolean][] = [
    ['this process', ownProcess(), true],
    ['a claim that is being written', '', true],
    [
      'a process of another machine',
      JSON.stringify({ ...JSON.parse(ownProcess()), scope: 'x' }),
      true,
    ],
    [
      'an earlier process of this pid',
      JSON.stringify({ ...JSON.parse(ownProcess()), started: '1' }),
      false,
    ],
  ]
  it.each(cases)('decides for %s', async (_what, content, alive) => {
    using folder = new Folder({ c: content })
    expect(await mayBeAlive(folder.at('c'), LEASE)).toBe(alive)
  })

  it('is false at once for a process that was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])
    await once(child, 'spawn')
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'latin1')
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    const claim = { ...JSON.parse(ownProcess()), pid: child.pid, started }
    using folder = new Folder({ c: JSON.stringify(claim) })
    expect(await mayBeAlive(folder.at('c'), LEASE)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await mayBeAlive(folder.at('c'), LEASE)).toBe(false)
  })

  it('is false for a process that has not touched its claim for the lease', async () => {
    using folder = new Folder({ c: ownProcess() })
    const long = new Date(Date.now() - LEASE - 1_000)
    utimesSync(folder.at('c'), long, long)
    expect(await mayBeAlive(folder.at('c'), LEASE)).toBe(false)
  })

  it('is false for a claim that was given up, or is not there', async () => {
    using folder = new Folder({ c: ownProcess() })
    await giveUpClaim(folder.at('c'))
    expect(await mayBeAlive(folder.at('c'), LEASE)).toBe(false)
    expect(await mayBeAlive(folder.at('none'), LEASE)).toBe(false)
    await giveUpClaim(folder.at('none'))
    writeFileSync(folder.at('d'), '')
  })
})
