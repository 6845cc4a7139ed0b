import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync, truncateSync } from 'node:fs'
import { constants } from 'node:os'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadBindings, ZERO_COPY_VARIABLE } from '../../src/native/bindings.js'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

const NATIVE = new URL('../../native/', import.meta.url)
const { platform, arch } = process

// The whole suite also runs with LASTBYTE_ZERO_COPY=off, which would disable these tests' subject.
beforeEach(() => void vi.stubEnv(ZERO_COPY_VARIABLE, ''))
afterEach(() => void vi.unstubAllEnvs())

/** The members of NativeBindings. */
const FUNCTIONS = [
  'disconnect',
  'dropLease',
  'hasLease',
  'incomingInterface',
  'isAppendOnly',
  'isCurrent',
  'isResident',
  'probe',
  'read',
  'sendCopy',
  'sendfile',
  'setAbortive',
  'takeLease',
  'unsentBytes',
]

describe('the committed native binaries', () => {
  // The architecture of an ELF file is at byte 18: EM_X86_64 is 62, EM_AARCH64 is 183.
  it.each([
    ['zero-copy-linux-x64.node', 62],
    ['zero-copy-linux-arm64.node', 183],
  ])('%s is for its architecture and names every function of NativeBindings', (name, machine) => {
    const content = readFileSync(new URL(name, NATIVE))
    expect(content.readUInt16LE(18)).toBe(machine)
    expect(FUNCTIONS.filter((each) => !content.includes(`\0${each}\0`))).toEqual([])
  })

  it.each(
    readFileSync(new URL('SHA256SUMS', NATIVE), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(/ [ *]/) as [string, string]),
  )('match the SHA-256 checksum %s recorded for %s', (sum, name) => {
    const content = readFileSync(new URL(name, NATIVE))
    expect(createHash('sha256').update(content).digest('hex')).toBe(sum)
  })

  it.skipIf(`${platform}-${arch}` !== 'linux-x64')(
    'load on Linux x64 and export every function of NativeBindings',
    () => {
      const capability = loadBindings()
      expect(capability).toMatchObject({ kind: 'native', binary: 'zero-copy-linux-x64.node' })
      if (capability.kind !== 'native') return
      expect(Object.keys(capability.calls).sort()).toEqual(FUNCTIONS)
      const invalid = -constants.errno.EINVAL
      for (const call of Object.values(capability.calls)) expect(call(), call.name).toBe(invalid)
    },
  )
})

const LINUX = { platform: 'linux', arch: 'x64' }
const BINARY = 'native/zero-copy-linux-x64.node'

describe('loadBindings reports the reason and throws nothing', () => {
  it.each([
    ['on an unsupported platform', { platform: 'plan9', arch }, /no binary for plan9/, undefined],
    ['if the folder is missing', { folder: new URL('absent/', NATIVE) }, /cannot load/, BINARY],
    ['in a CommonJS bundle', { folder: undefined }, /not in a CommonJS bundle/, BINARY],
  ])('%s', (_case, location, reason, file) => {
    const capability = loadBindings({ folder: NATIVE, ...LINUX, ...location })
    expect(capability).toEqual({ kind: 'none', reason: expect.stringMatching(reason), file })
  })

  it('if the binary is missing, as where an installation left it out', () => {
    using folder = new Folder()
    copyFileSync(new URL('SHA256SUMS', NATIVE), folder.at('SHA256SUMS'))
    const capability = loadBindings({ folder: pathToFileURL(`${folder.path}/`), ...LINUX })
    expect(capability).toEqual({
      kind: 'none',
      reason: expect.stringMatching(/cannot load .*ENOENT/),
      file: BINARY,
    })
  })

  it('if the binary is truncated, since loading it could end the process', () => {
    using folder = new Folder()
    for (const name of ['SHA256SUMS', 'zero-copy-linux-x64.node']) {
      copyFileSync(new URL(name, NATIVE), folder.at(name))
    }
    truncateSync(folder.at('zero-copy-linux-x64.node'), 5000)
    const location = { folder: pathToFileURL(`${folder.path}/`), platform: 'linux', arch: 'x64' }
    expect(loadBindings(location)).toMatchObject({
      kind: 'none',
      reason: expect.stringMatching(
        /expected the SHA-256 checksum of SHA256SUMS; received [0-9a-f]{64}/,
      ),
    })
  })

  it('if the binary has the right checksum but is not a library', () => {
    using folder = new Folder({ 'zero-copy-linux-x64.node': 'not a library' })
    const sum = createHash('sha256').update('not a library').digest('hex')
    folder.write('SHA256SUMS', `${sum}  zero-copy-linux-x64.node\n`)
    const location = { folder: pathToFileURL(`${folder.path}/`), platform: 'linux', arch: 'x64' }
    expect(loadBindings(location)).toMatchObject({ kind: 'none' })
  })
})

it('LASTBYTE_ZERO_COPY=off disables the native bindings for the process', () => {
  vi.stubEnv(ZERO_COPY_VARIABLE, 'off')
  expect(loadBindings()).toEqual({ kind: 'none', reason: 'LASTBYTE_ZERO_COPY is off' })
})

it('an unknown value of the zeroCopy option is rejected by its name', async () => {
  using folder = new Folder()
  const options = { root: folder.path, zeroCopy: 'perhaps' as 'on' }
  await expect(applicationWith(options)).rejects.toThrow(
    /zeroCopy: expected "auto", "on", "always" or "off"/,
  )
})
