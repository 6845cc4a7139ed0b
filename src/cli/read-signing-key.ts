import { readFileSync } from 'node:fs'
import { judgeSigningKey } from '../settings/signing-key.js'
import type { Environment } from './settings/environment.js'
import { usageError } from './usage-error.js'

/** The key that signs digests, and by which name pages require it. */
export interface SigningKey {
  /** PEM. */
  readonly key: string
  /** What an `integrity` attribute has to contain. It is public. */
  readonly integrity: string
}

/** Reads the key; undefined if none is set. @throws LastbyteError BAD_SETTING, without any part of the key */
export function readSigningKey({
  SIGNING_KEY,
  DIGEST,
}: Pick<Environment, 'SIGNING_KEY' | 'DIGEST'>): SigningKey | undefined {
  if (SIGNING_KEY === '') return undefined
  if (DIGEST === 'off') {
    throw usageError('SIGNING_KEY', 'expected --digest asked or known: digests are what it signs')
  }
  const key = read(SIGNING_KEY)
  const judged = judgeSigningKey(key)
  if (judged.kind === 'other') throw usageError('SIGNING_KEY', judged.problem)
  return { key, integrity: `ed25519-${judged.signer.keyId}` }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    const problem = 'expected a file in PEM that can be read'
    throw usageError('SIGNING_KEY', `${problem}: ${(error as Error).message}`)
  }
}
