import { describe, expect, it } from 'vitest'
import {
  FilesystemTypes,
  filesystemTypeSync,
  typeByMagic,
} from '../../../src/source/file/filesystem-type.js'

it.each([
  ['ext4', 0xef53, 'local'],
  ['xfs', 0x58465342, 'local'],
  ['overlayfs', 0x794c7630, 'local'],
  ['tmpfs', 0x01021994, 'memory'],
  ['ramfs', 0x858458f6, 'memory'],
  ['NFS', 0x6969, 'other'],
  ['FUSE', 0x65735546, 'other'],
  ['a file system whose statfs failed', undefined, 'other'],
] as const)('typeByMagic of %s on Linux', (_name, magic, type) => {
  expect(typeByMagic(magic, 'linux')).toBe(type)
  expect(typeByMagic(magic, 'darwin'), 'the numbers mean nothing on macOS').toBe('other')
})

describe.runIf(process.platform === 'linux')('on Linux', () => {
  it('filesystemTypeSync reads /proc, and a path that leads nowhere, as other', () => {
    expect(filesystemTypeSync('/proc')).toBe('other')
    expect(filesystemTypeSync('/nonexistent')).toBe('other')
    expect(filesystemTypeSync('/dev/shm')).toBe('memory')
  })

  it('FilesystemTypes asks once for each device', async () => {
    const types = new FilesystemTypes()
    expect(await types.typeOf('/dev/shm', 1n)).toBe('memory')
    expect(await types.typeOf('/proc', 1n), 'from the first call').toBe('memory')
    expect(await types.typeOf('/proc', 2n)).toBe('other')
  })
})
