import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync, truncateSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadBindings, ZERO_COPY_VARIABLE } from '../../src/native/bindings.js'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

const NATIVE = new URL('../../native/', import.meta.url)
const { platform, arch } = process

// The suite runs with them turned off too.
beforeEach(() => void vi.stubEnv(ZERO_COPY_VARIABLE, ''))
afterEach(() => void vi.unstubAllEnvs())

describe('the binaries that are committed', () => {
  it.each(
    readFileSync(new URL('SHA256SUMS', NATIVE), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(/ [ *]/) as [string, string]),
  )('%s is the checksum of %s', (sum, name) => {
    const content = readFileSync(new URL(name, NATIVE))
    expect(createHash('sha256').update(content).digest('hex')).toBe(sum)
  })

  it.skipIf(`${platform}-${arch}` !== 'linux-x64')('load on Linux on x64', () => {
    expect(loadBindings()).toMatchObject({ kind: 'native', binary: 'zero-copy-linux-x64.node' })
  })
})

describe('without a binary the portable path does', () => {
  it.each([
    ['another system', { platform: 'plan9', arch }, /no binary for plan9/],
    ['no folder', { platform, arch, folder: new URL('absent/', NATIVE) }, /can't be loaded/],
  ])('%s', (_what, place, reason) => {
    const found = loadBindings({ folder: NATIVE, ...place })
    expect(found).toEqual({ kind: 'none', reason: expect.stringMatching(reason) })
  })

  it('one that is cut short is not loaded, since that could end the process', () => {
    using folder = new Folder()
    for (const name of ['SHA256SUMS', 'zero-copy-linux-x64.node']) {
      copyFileSync(new URL(name, NATIVE), folder.at(name))
    }
    truncateSync(folder.at('zero-copy-linux-x64.node'), 5000)
    const place = { folder: pathToFileURL(`${folder.path}/`), platform: 'linux', arch: 'x64' }
    expect(loadBindings(place)).toMatchObject({
      kind: 'none',
      reason: expect.stringMatching(/not the one that SHA256SUMS names/),
    })
  })

  it('one that is no library is told of, and thrown nothing', () => {
    using folder = new Folder({ 'zero-copy-linux-x64.node': 'no library' })
    const sum = createHash('sha256').update('no library').digest('hex')
    folder.write('SHA256SUMS', `${sum}  zero-copy-linux-x64.node\n`)
    const place = { folder: pathToFileURL(`${folder.path}/`), platform: 'linux', arch: 'x64' }
    expect(loadBindings(place)).toMatchObject({ kind: 'none' })
  })
})

it('a process can be told to do without', () => {
  vi.stubEnv(ZERO_COPY_VARIABLE, 'off')
  expect(loadBindings()).toEqual({ kind: 'none', reason: 'LASTBYTE_ZERO_COPY is off' })
})

it('a value that zeroCopy does not know is refused by name', async () => {
  using folder = new Folder()
  const options = { root: folder.path, zeroCopy: 'perhaps' as 'on' }
  await expect(applicationWith(options)).rejects.toThrow(/zeroCopy: wants 'auto', 'on', 'off'/)
})
