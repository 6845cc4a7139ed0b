import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'

/** A certificate with its chain, and its key, in PEM. */
export interface TlsFiles {
  readonly cert: Buffer
  readonly key: Buffer
}

/** The setting whose file is at fault. */
export type TlsSetting = 'TLS_CERT' | 'TLS_KEY'

export type JudgedCertificate =
  /** `expires` is the end of the certificate's validity, in ms since 1970. */
  | { readonly kind: 'usable'; readonly files: TlsFiles; readonly expires: number }
  | { readonly kind: 'unusable'; readonly setting: TlsSetting; readonly problem: string }

/** Whether a server can use a certificate and its key; if not, why. */
export function judgeCertificate(files: TlsFiles): JudgedCertificate {
  if (isEncrypted(files.key)) {
    const problem =
      'expected a key without a passphrase; remove it with: openssl pkey -in FILE -out NEW_FILE'
    return { kind: 'unusable', setting: 'TLS_KEY', problem }
  }
  try {
    createSecureContext(files)
    return { kind: 'usable', files, expires: Date.parse(new X509Certificate(files.cert).validTo) }
  } catch (error) {
    return { kind: 'unusable', ...diagnose(files, (error as Error).message) }
  }
}

/** PKCS #8 (RFC 5958), and the older form of OpenSSL (RFC 1421). */
function isEncrypted(key: Buffer): boolean {
  return /^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(
    key.toString('latin1'),
  )
}

function diagnose({ cert, key }: TlsFiles, reason: string) {
  const certificate = attempt(() => new X509Certificate(cert))
  if (certificate.kind === 'failed') {
    return unusable('TLS_CERT', `expected a certificate in PEM: ${certificate.reason}`)
  }
  const privateKey = attempt(() => createPrivateKey(key))
  if (privateKey.kind === 'failed') {
    return unusable('TLS_KEY', `expected a key in PEM: ${privateKey.reason}`)
  }
  return certificate.value.checkPrivateKey(privateKey.value)
    ? unusable('TLS_CERT', `expected a certificate and a key that TLS can use: ${reason}`)
    : unusable('TLS_CERT', 'expected the certificate of the key in --tls-key (TLS_KEY)')
}

function unusable(setting: TlsSetting, problem: string) {
  return { setting, problem } as const
}

function attempt<T>(make: () => T) {
  try {
    return { kind: 'made', value: make() } as const
  } catch (error) {
    return { kind: 'failed', reason: (error as Error).message } as const
  }
}
