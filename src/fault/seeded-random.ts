import { createHash } from 'node:crypto'

/** A number of [0, 1) that depends on nothing but the seed and these parts. */
export function seededRandom(seed: number, ...parts: readonly unknown[]): number {
  return digest(seed, parts).readUIntBE(0, 6) / 2 ** 48
}

/** Bytes that depend on nothing but the seed and these parts. */
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
