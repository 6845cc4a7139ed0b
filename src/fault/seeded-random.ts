import { createHash } from 'node:crypto'

/** A number from 0 up to, but not including, 1: a hash of the seed and the parts. */
export function seededRandom(seed: number, ...parts: readonly unknown[]): number {
  return digest(seed, parts).readUIntBE(0, 6) / 2 ** 48
}

/** Bytes that are a hash of the seed and the parts. */
export function bytesOf(length: number, seed: number, ...parts: readonly unknown[]): Uint8Array {
  const blocks: Buffer[] = []
  for (let at = 0; at < length; at += 32) blocks.push(digest(seed, [...parts, at]))
  return Buffer.concat(blocks).subarray(0, length)
}

function digest(seed: number, parts: readonly unknown[]): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([seed, ...parts]))
    .digest()
}
