import { hostname } from 'node:os'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { lockSpace } from '../../../src/client/download/lock-space.js'
import { disk } from '../../fixture/failing-disk.js'

vi.mock('node:fs/promises', async (original) => {
  const { disk } = await import('../../fixture/failing-disk.js')
  return disk.wrap(await original())
})

const PLATFORM = process.platform
const pretend = (platform: string) =>
  Object.defineProperty(process, 'platform', { value: platform })

afterEach(() => {
  disk[Symbol.dispose]()
  pretend(PLATFORM)
})

describe('lockSpace', () => {
  it.skipIf(PLATFORM !== 'linux')(
    'names the boot and the network namespace on Linux, the same each time',
    async () => {
      const space = await lockSpace()
      expect(space).toMatch(/^[0-9a-f-]{36} net:\[\d+\]$/)
      expect(await lockSpace()).toBe(space)
    },
  )

  it('is undefined where the system hides the boot, so that no run is taken for ended', async () => {
    pretend('linux')
    disk.fail({ call: 'readFile', path: 'boot_id', code: 'EACCES' })
    expect(await lockSpace()).toBeUndefined()
  })

  it('names the host elsewhere', async () => {
    pretend('darwin')
    expect(await lockSpace()).toContain(hostname())
  })
})
