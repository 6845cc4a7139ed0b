import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The cipher suite of every server. Go's TLS chooses it by itself on processors with AES instructions. */
export const CIPHERS = 'TLS_AES_128_GCM_SHA256'

/** The files of a certificate in a folder, ECDSA P-256 like those of public authorities; created if absent. */
export function certificateIn(folder) {
  const files = { cert: join(folder, 'tls-cert.pem'), key: join(folder, 'tls-key.pem') }
  if (existsSync(files.cert)) return files
  const { status, stderr } = spawnSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-days', '30', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'],
      ...['-keyout', files.key, '-out', files.cert],
    ],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`Cannot create a certificate: ${stderr}`)
  return files
}
