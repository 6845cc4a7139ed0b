import fs, { type BigIntStats } from 'node:fs'

/** The calls of node:fs on a plain descriptor as promises: a FileHandle costs more than it gives. */
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

/** Reads into the buffer from a position in the file; resolves to the bytes read, 0 at its end. */
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

/** What stands under a path, in this turn: only where such a look waits for nobody. */
export function statPathSync(path: string): BigIntStats | undefined {
  try {
    return fs.statSync(path, { bigint: true, throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
