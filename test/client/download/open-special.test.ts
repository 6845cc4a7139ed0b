import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openSpecial } from '../../../src/client/download/open-special.js'
import { findTarget, type SpecialTarget } from '../../../src/client/download/target.js'
import { Folder } from '../../fixture/files.js'

const { signal } = new AbortController()

async function open(path: string) {
  return openSpecial((await findTarget(path)) as SpecialTarget, signal)
}

describe('openSpecial', () => {
  it('fails at once for the writing end of a pipe that has no reader any more', async () => {
    using folder = new Folder()
    execFileSync('mkfifo', [folder.at('fifo')])
    const reading = openSync(folder.at('fifo'), constants.O_RDONLY | constants.O_NONBLOCK)
    const writing = openSync(folder.at('fifo'), 'w')
    closeSync(reading)
    await expect(open(`/proc/self/fd/${writing}`)).rejects.toMatchObject({
      code: 'DISK_FAILED',
      facts: { code: 'ENXIO' },
    })
    closeSync(writing)
  })

  it('truncates the file of a descriptor of another process, as a shell does', async () => {
    using folder = new Folder({ f: 'old text' })
    const other = openSync(folder.at('f'), 'r+')
    const path = `/proc/${process.pid}/fd/${other}`
    const writer = await openSpecial({ kind: 'descriptor', path, descriptor: undefined }, signal)
    writer.end('new')
    await once(writer, 'close')
    expect(readFileSync(folder.at('f'), 'utf8')).toBe('new')
    closeSync(other)
  })

  it('fails for a device that may not be opened, with its path', async () => {
    const target = { kind: 'device', path: '/nowhere/device', descriptor: undefined } as const
    await expect(openSpecial(target, signal)).rejects.toMatchObject({
      code: 'DISK_FAILED',
      message: expect.stringMatching(/^Cannot open \/nowhere\/device: ENOENT/),
    })
  })
})
