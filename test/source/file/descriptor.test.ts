import { constants, fstatSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  closeDescriptor,
  openDescriptor,
  readDescriptor,
  statDescriptor,
  statPathSync,
} from '../../../src/source/file/descriptor.js'
import { Folder } from '../../fixture/files.js'

describe('the promises of descriptor calls', () => {
  it('open, stat, read and close a file', async () => {
    using folder = new Folder({ f: '0123456789' })
    const descriptor = await openDescriptor(folder.at('f'), constants.O_RDONLY)
    expect((await statDescriptor(descriptor)).size).toBe(10n)
    const buffer = Buffer.alloc(6)
    expect(await readDescriptor(descriptor, buffer, 7)).toBe(3)
    expect(buffer.toString()).toBe('789\0\0\0')
    expect(await readDescriptor(descriptor, buffer, 10), 'at the end').toBe(0)
    await closeDescriptor(descriptor)
    expect(() => fstatSync(descriptor)).toThrow('EBADF')
  })

  it('reject with the error of the system call', async () => {
    await expect(openDescriptor('/nonexistent', constants.O_RDONLY)).rejects.toThrow('ENOENT')
    await expect(statDescriptor(999_999)).rejects.toThrow('EBADF')
    await expect(readDescriptor(999_999, Buffer.alloc(1), 0)).rejects.toThrow('EBADF')
    await expect(closeDescriptor(999_999)).rejects.toThrow('EBADF')
  })
})

it('statPathSync returns undefined for a path that leads nowhere or cannot exist', () => {
  using folder = new Folder({ f: 'four' })
  expect(statPathSync(folder.at('f'))?.size).toBe(4n)
  for (const name of ['none', 'f/below', 'x'.repeat(300)]) {
    expect(statPathSync(folder.at(name)), name).toBeUndefined()
  }
})
