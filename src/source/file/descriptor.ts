import fs, { type BigIntStats } from 'node:fs'

// The calls of node:fs on a numeric descriptor as promises. A FileHandle of node:fs/promises costs more
// CPU time for each call.

export function openDescriptor(path: string, flags: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.open(path, flags, (error, descriptor) => (error ? reject(error) : resolve(descriptor)))
  })
}

export function statDescriptor(descriptor: number): Promise<BigIntStats> {
  return new Promise((resolve, reject) => {
    fs.fstat(descriptor, { bigint: true }, (error, stat) => (error ? reject(error) : resolve(stat)))
  })
}

/** Fills the buffer from a position in the file. Resolves to the number of bytes, 0 at the end of the file. */
export function readDescriptor(
  descriptor: number,
  buffer: Uint8Array,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(descriptor, buffer, 0, buffer.length, position, (error, bytesRead) =>
      error ? reject(error) : resolve(bytesRead),
    )
  })
}

export function closeDescriptor(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fs.close(descriptor, (error) => (error ? reject(error) : resolve()))
  })
}

/**
 * The stat of a path, or undefined where there is none. Blocks the event loop, so only for file systems
 * that answer from memory (see `FilesystemType`).
 */
export function statPathSync(path: string): BigIntStats | undefined {
  try {
    return fs.statSync(path, { bigint: true, throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
