import { createHash } from 'node:crypto'
import type { Algorithm } from '../../http/digest-fields.js'
import type { Hash } from './hash.js'

/** A hash of node:crypto. */
export function nodeHash(algorithm: Algorithm): Hash {
  const hash = createHash(algorithm.replace('-', ''))
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') }
}
