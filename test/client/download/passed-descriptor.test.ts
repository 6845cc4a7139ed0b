import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs'
import { platform } from 'node:process'
import { describe, expect, it } from 'vitest'
import { requirePassed } from '../../../src/client/download/passed-descriptor.js'
import { Folder } from '../../fixture/files.js'

const STANDARD = [0, 1, 2]

/** Descriptors of this process with what they lead to. */
function descriptors(): [number, string][] {
  return readdirSync('/proc/self/fd').flatMap((name): [number, string][] => {
    try {
      return [[Number(name), readlinkSync(`/proc/self/fd/${name}`)]]
    } catch {
      return [] // The descriptor of the listing.
    }
  })
}

describe.runIf(platform === 'linux')('requirePassed', () => {
  it('refuses the nameless objects of Node: its event loops', async () => {
    const loops = descriptors().filter(([, target]) => target === 'anon_inode:[eventpoll]')
    expect(loops.length).toBeGreaterThan(0)
    for (const [descriptor] of loops) {
      await expect(requirePassed(descriptor)).rejects.toMatchObject({
        code: 'EBADF',
        message: expect.stringContaining(`received ${descriptor}, which Node uses itself`),
      })
    }
  })

  it('accepts a file that the application has opened, the standard streams, and a closed one', async () => {
    using folder = new Folder({ f: '' })
    const file = openSync(folder.at('f'), 'w')
    for (const descriptor of [file, ...STANDARD]) await requirePassed(descriptor)
    closeSync(file)
    await requirePassed(file)
  })

  it('refuses a pipe of which this process has both ends', async () => {
    const targets = descriptors()
    const isPair = (target: string) => targets.filter(([, each]) => each === target).length > 1
    const pairs = targets.filter(([, target]) => target.startsWith('pipe:') && isPair(target))
    expect(pairs.length).toBeGreaterThan(0)
    for (const [descriptor] of pairs) {
      await expect(requirePassed(descriptor)).rejects.toMatchObject({ code: 'EBADF' })
    }
  })
})
