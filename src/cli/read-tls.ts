import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { Environment } from './settings/environment.js'
import { usageError } from './usage-error.js'

/** A certificate and its key, in PEM. */
export interface TlsFiles {
  readonly cert: Buffer
  readonly key: Buffer
}

/**
 * Reads the certificate and the key; undefined if neither is set.
 *
 * @throws LastbyteError BAD_SETTING if one of them can't be read, or they don't belong together
 */
export function readTls({
  TLS_CERT,
  TLS_KEY,
}: Pick<Environment, 'TLS_CERT' | 'TLS_KEY'>): TlsFiles | undefined {
  if (TLS_CERT === '' && TLS_KEY === '') return undefined
  if (TLS_KEY === '') throw usageError('TLS_KEY', 'expected the key of TLS_CERT, in PEM')
  if (TLS_CERT === '') throw usageError('TLS_CERT', 'expected the certificate of TLS_KEY, in PEM')
  const tls = { cert: readPem('TLS_CERT', TLS_CERT), key: readPem('TLS_KEY', TLS_KEY) }
  try {
    createSecureContext(tls)
  } catch (error) {
    const problem = 'expected a certificate in PEM that belongs to TLS_KEY'
    throw usageError('TLS_CERT', `${problem}: ${(error as Error).message}`)
  }
  return tls
}

function readPem(setting: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const problem = 'expected a file in PEM that can be read'
    throw usageError(setting, `${problem}: ${(error as Error).message}`)
  }
}
