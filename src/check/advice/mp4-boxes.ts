/** A box at the top level of an MP4 file (ISO/IEC 14496-12 §4.2). */
export interface Mp4Box {
  /** Such as `moov`. */
  readonly type: string
  /** The offset after its last byte; Infinity if it ends with the file. */
  readonly end: number
}

/** Bytes of the longest header of a box. */
export const BOX_HEADER = 16

/** Reads the header of the box at `start`; undefined if the bytes are none. */
export function parseBox(start: number, header: Buffer): Mp4Box | undefined {
  if (header.length < 8) return undefined
  const type = header.toString('latin1', 4, 8)
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return undefined
  const size = header.readUInt32BE(0)
  if (size === 0) return { type, end: Number.POSITIVE_INFINITY }
  if (size !== 1) return size < 8 ? undefined : { type, end: start + size }
  if (header.length < BOX_HEADER) return undefined
  const large = Number(header.readBigUInt64BE(8))
  return large < BOX_HEADER ? undefined : { type, end: start + large }
}
