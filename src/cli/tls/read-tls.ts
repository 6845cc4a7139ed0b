import { readFileSync } from 'node:fs'
import type { Environment } from '../settings/environment.js'
import { usageError } from '../usage-error.js'
import { type JudgedCertificate, judgeCertificate, type TlsSetting } from './judge-certificate.js'

/** The settings that name the certificate and its key. */
export type TlsPaths = Pick<Environment, TlsSetting>
export type UsableCertificate = Extract<JudgedCertificate, { kind: 'usable' }>

/**
 * Reads the certificate and the key; undefined if neither is set.
 *
 * @throws LastbyteError BAD_SETTING if one of them can't be read or used, or they don't belong together
 */
export function readTls({ TLS_CERT, TLS_KEY }: TlsPaths): UsableCertificate | undefined {
  if (TLS_CERT === '' && TLS_KEY === '') return undefined
  if (TLS_KEY === '') {
    throw usageError('TLS_KEY', 'expected the key of the certificate in --tls-cert (TLS_CERT)')
  }
  if (TLS_CERT === '') {
    throw usageError('TLS_CERT', 'expected the certificate of the key in --tls-key (TLS_KEY)')
  }
  const files = { cert: readPem('TLS_CERT', TLS_CERT), key: readPem('TLS_KEY', TLS_KEY) }
  const judged = judgeCertificate(files)
  if (judged.kind === 'usable') return judged
  throw usageError(judged.setting, judged.problem)
}

function readPem(setting: TlsSetting, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const problem = 'expected a file in PEM that can be read'
    throw usageError(setting, `${problem}: ${(error as Error).message}`)
  }
}
