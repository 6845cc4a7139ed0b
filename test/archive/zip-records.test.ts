import { describe, expect, it } from 'vitest'
import {
  centralHeader,
  centralLength,
  dataDescriptor,
  endLength,
  endRecords,
  localHeader,
  localLengths,
  type ZipMember,
} from '../../src/archive/zip-records.js'

const GIB = 1024 ** 3
const file = (more: Partial<ZipMember> = {}): ZipMember => ({
  name: Buffer.from('é.txt'),
  kind: 'file',
  size: 3,
  lastModified: Date.UTC(2026, 10, 27, 13, 14, 15, 999),
  mode: 0o644,
  ...more,
})

/** The content of the extra field with a tag. */
function extra(bytes: Buffer, at: number, tag: number): Buffer | undefined {
  while (at < bytes.length) {
    const length = bytes.readUInt16LE(at + 2)
    if (bytes.readUInt16LE(at) === tag) return bytes.subarray(at + 4, at + 4 + length)
    at += 4 + length
  }
  return undefined
}

describe('The records of a member', () => {
  it.each([
    ['a file', file()],
    ['a folder', file({ kind: 'folder', size: 0, name: Buffer.from('d/') })],
    ['a file of 4 GiB - 2', file({ size: 4 * GIB - 2 })],
    ['a file of 4 GiB - 1', file({ size: 4 * GIB - 1 })],
    ['a file of 1 TiB', file({ size: 1024 * GIB })],
    ['a file of 1970', file({ lastModified: 0 })],
    ['a file of 1960', file({ lastModified: Date.UTC(1960, 0) })],
    ['a file of 2038', file({ lastModified: 2 ** 31 * 1000 })],
  ])('%s have the lengths that the layout counts with', (_what, member) => {
    const { header, descriptor } = localLengths(member)
    expect(localHeader(member)).toHaveLength(header)
    if (member.kind === 'file') expect(dataDescriptor(member, 1)).toHaveLength(descriptor)
    else expect(descriptor).toBe(0)
    for (const offset of [0, 4 * GIB - 2, 4 * GIB - 1, 9 * GIB]) {
      const central = centralHeader({ ...member, crc: 1, offset })
      expect(central).toHaveLength(centralLength(member, offset))
    }
  })

  it('have the name in UTF-8, the time in seconds of UTC, and the permissions of Unix', () => {
    const central = centralHeader({ ...file(), crc: 0xcbf43926, offset: 77 })
    expect(central.readUInt16LE(8) & 0x0800).toBe(0x0800)
    expect(central.toString('utf8', 46, 52)).toBe('é.txt')
    expect(central.readUInt32LE(16)).toBe(0xcbf43926)
    expect(central.readUInt16LE(40)).toBe(0o100644)
    expect(central.readUInt32LE(42)).toBe(77)
    expect(extra(central, 52, 0x5455)?.readInt32LE(1)).toBe(
      Date.UTC(2026, 10, 27, 13, 14, 15) / 1000,
    )
  })

  it('of a time that does not fit into 32 bits have no field for it', () => {
    const header = localHeader(file({ lastModified: 2 ** 31 * 1000 }))
    expect(extra(header, 36, 0x5455)).toBeUndefined()
  })

  it('of 4 GiB and more have their numbers in ZIP64 fields, in the order of APPNOTE 4.5.3', () => {
    const large = { ...file({ size: 5 * GIB }), crc: 1 }
    const both = centralHeader({ ...large, offset: 6 * GIB })
    const numbers = extra(both, 52, 1)
    expect([0, 8, 16].map((at) => Number(numbers?.readBigUInt64LE(at)))).toEqual([
      5 * GIB,
      5 * GIB,
      6 * GIB,
    ])
    expect(both.readUInt32LE(42)).toBe(0xffffffff)
    const offset = extra(centralHeader({ ...file(), crc: 1, offset: 6 * GIB }), 52, 1)
    expect(offset).toHaveLength(8)
    expect(Number(offset?.readBigUInt64LE(0))).toBe(6 * GIB)
    expect(dataDescriptor(large, 1).readBigUInt64LE(8)).toBe(BigInt(5 * GIB))
    expect(localHeader(large).readUInt16LE(4)).toBe(45)
  })
})

describe('The records at the end', () => {
  it.each([
    ['65,534 members', { members: 65_534, start: 9, size: 9 }, 22],
    ['65,535 members', { members: 65_535, start: 9, size: 9 }, 98],
    ['a directory at 4 GiB - 1', { members: 1, start: 4 * GIB - 1, size: 9 }, 98],
    ['a directory of 4 GiB', { members: 1, start: 9, size: 4 * GIB }, 98],
  ])('of %s have the right ones', (_what, place, length) => {
    const bytes = endRecords(place)
    expect([bytes.length, endLength(place)]).toEqual([length, length])
    const end = bytes.subarray(-22)
    expect(end.readUInt16LE(10)).toBe(Math.min(place.members, 0xffff))
    if (length === 22) return
    expect(Number(bytes.readBigUInt64LE(32))).toBe(place.members)
    expect(Number(bytes.readBigUInt64LE(40))).toBe(place.size)
    expect(Number(bytes.readBigUInt64LE(48))).toBe(place.start)
    expect(Number(bytes.readBigUInt64LE(64))).toBe(place.start + place.size)
  })
})
