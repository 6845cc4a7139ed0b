import { dosDateTime } from './dos-time.js'

/** The facts of a member that its records have. */
export interface ZipMember {
  /** The path in UTF-8; with a slash at its end for a folder. */
  readonly name: Uint8Array
  readonly kind: 'file' | 'folder'
  /** Bytes; 0 for a folder. */
  readonly size: number
  /** ms since the epoch. */
  readonly lastModified: number
  /** Permission bits. */
  readonly mode: number
}

/** What the central directory has besides. */
export interface DirectoryEntry extends ZipMember {
  readonly crc: number
  /** The position of the member's local header. */
  readonly offset: number
}

/** The position and size of the central directory. */
export interface DirectoryPlace {
  readonly members: number
  readonly start: number
  /** Bytes. */
  readonly size: number
}

/** The value of a field of 32 or 16 bits whose number is in a ZIP64 field instead. */
const IN_ZIP64 = 0xffff_ffff
const COUNT_IN_ZIP64 = 0xffff

const LOCAL_HEADER = 30
const CENTRAL_HEADER = 46
/** The extra field `UT`: a byte of flags, and mtime in seconds. */
const TIME_EXTRA = 9
/** The header of an extra field: its tag and its length. */
const EXTRA_HEADER = 4
const DESCRIPTOR = 16
const DESCRIPTOR_64 = 24
const END_64 = 56
const LOCATOR_64 = 20
const END = 22

/** Bit 3: the CRC and the sizes follow the data. Bit 11: the name is UTF-8. */
const FILE_FLAGS = 0x0808
const FOLDER_FLAGS = 0x0800
const VERSION = 20
const VERSION_64 = 45
/** Made on Unix, whose permissions the external attributes have. */
const MADE_BY = (3 << 8) | VERSION_64
const REGULAR_FILE = 0o100000
const FOLDER = 0o040000
/** The attribute of MS-DOS for a folder. */
const DOS_FOLDER = 0x10

/** Whether the sizes of a member need 64 bits. */
function isLarge({ size }: Pick<ZipMember, 'size'>): boolean {
  return size >= IN_ZIP64
}

/** Seconds of the extra field, which has 32 bits with a sign; undefined for a time that does not fit. */
function unixSeconds({ lastModified }: Pick<ZipMember, 'lastModified'>): number | undefined {
  const seconds = Math.floor(lastModified / 1000)
  return seconds >= 0 && seconds < 2 ** 31 ? seconds : undefined
}

/** Bytes of the records before and after the data of a member. */
export function localLengths(member: ZipMember): {
  readonly header: number
  readonly descriptor: number
} {
  const time = unixSeconds(member) === undefined ? 0 : TIME_EXTRA
  const header = LOCAL_HEADER + member.name.length + time
  if (member.kind === 'folder') return { header, descriptor: 0 }
  return isLarge(member)
    ? { header: header + EXTRA_HEADER + 16, descriptor: DESCRIPTOR_64 }
    : { header, descriptor: DESCRIPTOR }
}

/** The local file header (APPNOTE 4.3.7). The CRC and the sizes of a file are in its descriptor. */
export function localHeader(member: ZipMember): Buffer {
  const bytes = Buffer.alloc(localLengths(member).header)
  const hasZip64 = member.kind === 'file' && isLarge(member)
  bytes.writeUInt32LE(0x0403_4b50, 0)
  bytes.writeUInt16LE(hasZip64 ? VERSION_64 : VERSION, 4)
  bytes.writeUInt16LE(member.kind === 'file' ? FILE_FLAGS : FOLDER_FLAGS, 6)
  bytes.writeUInt32LE(dosDateTime(member.lastModified), 10)
  if (hasZip64) {
    // With these values, a reader expects sizes of 8 bytes in the descriptor.
    bytes.writeUInt32LE(IN_ZIP64, 18)
    bytes.writeUInt32LE(IN_ZIP64, 22)
  }
  bytes.writeUInt16LE(member.name.length, 26)
  bytes.writeUInt16LE(bytes.length - LOCAL_HEADER - member.name.length, 28)
  bytes.set(member.name, LOCAL_HEADER)
  const at = writeTime(bytes, LOCAL_HEADER + member.name.length, member)
  if (hasZip64) writeZip64(bytes, at, [0, 0])
  return bytes
}

/** The data descriptor behind the data of a file (APPNOTE 4.3.9). */
export function dataDescriptor({ size }: Pick<ZipMember, 'size'>, crc: number): Buffer {
  const bytes = Buffer.alloc(isLarge({ size }) ? DESCRIPTOR_64 : DESCRIPTOR)
  bytes.writeUInt32LE(0x0807_4b50, 0)
  bytes.writeUInt32LE(crc, 4)
  if (isLarge({ size })) {
    bytes.writeBigUInt64LE(BigInt(size), 8)
    bytes.writeBigUInt64LE(BigInt(size), 16)
  } else {
    bytes.writeUInt32LE(size, 8)
    bytes.writeUInt32LE(size, 12)
  }
  return bytes
}

/** The numbers of a central header that do not fit into its own fields, in the order of APPNOTE 4.5.3. */
function largeNumbers({ size, offset }: Pick<DirectoryEntry, 'size' | 'offset'>): number[] {
  return [...(isLarge({ size }) ? [size, size] : []), ...(offset >= IN_ZIP64 ? [offset] : [])]
}

function zip64Length(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : EXTRA_HEADER + 8 * numbers.length
}

/** Bytes of the central header of a member whose local header is at an offset. */
export function centralLength(member: ZipMember, offset: number): number {
  const time = unixSeconds(member) === undefined ? 0 : TIME_EXTRA
  const { size } = member
  return CENTRAL_HEADER + member.name.length + time + zip64Length(largeNumbers({ size, offset }))
}

/** The header of a member in the central directory (APPNOTE 4.3.12). */
export function centralHeader(entry: DirectoryEntry): Buffer {
  const { name, kind, size, crc, offset, mode } = entry
  const bytes = Buffer.alloc(centralLength(entry, offset))
  const numbers = largeNumbers(entry)
  const isFile = kind === 'file'
  bytes.writeUInt32LE(0x0201_4b50, 0)
  bytes.writeUInt16LE(MADE_BY, 4)
  bytes.writeUInt16LE(numbers.length > 0 ? VERSION_64 : VERSION, 6)
  bytes.writeUInt16LE(isFile ? FILE_FLAGS : FOLDER_FLAGS, 8)
  bytes.writeUInt32LE(dosDateTime(entry.lastModified), 12)
  bytes.writeUInt32LE(crc, 16)
  bytes.writeUInt32LE(Math.min(size, IN_ZIP64), 20)
  bytes.writeUInt32LE(Math.min(size, IN_ZIP64), 24)
  bytes.writeUInt16LE(name.length, 28)
  bytes.writeUInt16LE(bytes.length - CENTRAL_HEADER - name.length, 30)
  const type = isFile ? REGULAR_FILE : FOLDER
  bytes.writeUInt16LE(isFile ? 0 : DOS_FOLDER, 38)
  bytes.writeUInt16LE(type | mode, 40)
  bytes.writeUInt32LE(Math.min(offset, IN_ZIP64), 42)
  bytes.set(name, CENTRAL_HEADER)
  const at = writeTime(bytes, CENTRAL_HEADER + name.length, entry)
  if (numbers.length > 0) writeZip64(bytes, at, numbers)
  return bytes
}

/** Bytes of the records behind the central directory. */
export function endLength(place: DirectoryPlace): number {
  return needsZip64(place) ? END_64 + LOCATOR_64 + END : END
}

/** The end of central directory record (APPNOTE 4.3.16), behind those of ZIP64 where a number needs them. */
export function endRecords(place: DirectoryPlace): Buffer {
  const { members, start, size } = place
  const bytes = Buffer.alloc(endLength(place))
  if (needsZip64(place)) {
    bytes.writeUInt32LE(0x0606_4b50, 0)
    bytes.writeBigUInt64LE(BigInt(END_64 - 12), 4)
    bytes.writeUInt16LE(MADE_BY, 12)
    bytes.writeUInt16LE(VERSION_64, 14)
    for (const [at, number] of [
      [24, members],
      [32, members],
      [40, size],
      [48, start],
    ] as const) {
      bytes.writeBigUInt64LE(BigInt(number), at)
    }
    bytes.writeUInt32LE(0x0706_4b50, END_64)
    bytes.writeBigUInt64LE(BigInt(start + size), END_64 + 8)
    bytes.writeUInt32LE(1, END_64 + 16)
  }
  const end = bytes.subarray(bytes.length - END)
  end.writeUInt32LE(0x0605_4b50, 0)
  end.writeUInt16LE(Math.min(members, COUNT_IN_ZIP64), 8)
  end.writeUInt16LE(Math.min(members, COUNT_IN_ZIP64), 10)
  end.writeUInt32LE(Math.min(size, IN_ZIP64), 12)
  end.writeUInt32LE(Math.min(start, IN_ZIP64), 16)
  return bytes
}

function needsZip64({ members, start, size }: DirectoryPlace): boolean {
  return members >= COUNT_IN_ZIP64 || start >= IN_ZIP64 || size >= IN_ZIP64
}

/** Writes the extra field `UT` of Info-ZIP: the mtime in seconds of UTC. Returns the position behind it. */
function writeTime(bytes: Buffer, at: number, member: ZipMember): number {
  const seconds = unixSeconds(member)
  if (seconds === undefined) return at
  bytes.writeUInt16LE(0x5455, at)
  bytes.writeUInt16LE(TIME_EXTRA - EXTRA_HEADER, at + 2)
  bytes.writeUInt8(1, at + 4)
  bytes.writeUInt32LE(seconds, at + 5)
  return at + TIME_EXTRA
}

/** Writes the ZIP64 extended information (APPNOTE 4.5.3). */
function writeZip64(bytes: Buffer, at: number, numbers: readonly number[]): void {
  bytes.writeUInt16LE(0x0001, at)
  bytes.writeUInt16LE(8 * numbers.length, at + 2)
  for (const [index, number] of numbers.entries()) {
    bytes.writeBigUInt64LE(BigInt(number), at + EXTRA_HEADER + 8 * index)
  }
}
