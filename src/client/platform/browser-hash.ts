import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Algorithm } from '../../http/digest-fields.js'
import type { Hash } from './hash.js'

const FUNCTIONS = { 'sha-256': sha256, 'sha-512': sha512 } as const

/** A hash in JavaScript, because a browser's `crypto.subtle.digest` needs all bytes at once. */
export function browserHash(algorithm: Algorithm): Hash {
  const hash = FUNCTIONS[algorithm].create()
  return { update: (bytes) => void hash.update(bytes), hex: () => bytesToHex(hash.digest()) }
}
