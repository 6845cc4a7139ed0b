import { createPrivateKey, createPublicKey, KeyObject, sign } from 'node:crypto'
import type { Expectation } from '../validation/expectation.js'
import { settingError } from '../validation/option-error.js'

/** Signs by Ed25519 (RFC 8032). */
export interface Signer {
  /** The public key in base64: what follows `ed25519-` in an `integrity` attribute. */
  readonly keyId: string
  /** The signature of a text, 64 bytes. */
  sign(text: string): Uint8Array
}

/** A key as it is given to the option. */
export type GivenKey = string | Uint8Array | KeyObject

/** Whether a key can sign; else why not, in words that never contain a part of it. */
export type JudgedKey =
  | { readonly kind: 'usable'; readonly signer: Signer }
  | { readonly kind: 'other'; readonly problem: string }

const EXPECTED = 'expected an Ed25519 private key in PEM (PKCS #8)'

/** What the option must be, before it is read as a key. */
export const SIGNING_KEY: Expectation = {
  expected: 'an Ed25519 private key in PEM (PKCS #8), or a KeyObject of one',
  accepts: (value) =>
    typeof value === 'string' || value instanceof Uint8Array || value instanceof KeyObject,
}

/** Reads a key in PEM, or takes it from a KeyObject. */
export function judgeSigningKey(given: GivenKey): JudgedKey {
  const key = given instanceof KeyObject ? given : parse(String(textOf(given)))
  if (typeof key === 'string') return { kind: 'other', problem: `${EXPECTED}; received ${key}` }
  if (key.type !== 'private' || key.asymmetricKeyType !== 'ed25519') {
    const name = key.asymmetricKeyType ?? 'symmetric'
    return { kind: 'other', problem: `${EXPECTED}; received a ${key.type} key of type ${name}` }
  }
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  const keyId = Buffer.from(x, 'base64url').toString('base64')
  return {
    kind: 'usable',
    signer: Object.freeze({ keyId, sign: (text: string) => sign(null, Buffer.from(text), key) }),
  }
}

/** Reads the option `signingKey`. @throws LastbyteError BAD_SETTING, without any part of the key */
export function readSigningKey(
  given: GivenKey | undefined,
  digest: 'asked' | 'known' | 'off',
): Signer | undefined {
  if (given === undefined) return undefined
  const judged = judgeSigningKey(given)
  const problem =
    digest === 'off' ? 'expected "digest" not to be "off": digests are what it signs' : undefined
  if (judged.kind === 'usable' && problem === undefined) return judged.signer
  const reason = judged.kind === 'other' ? judged.problem : problem
  throw settingError('signingKey', `signingKey: ${reason}`, given)
}

function textOf(given: string | Uint8Array): string {
  return typeof given === 'string' ? given : Buffer.from(given).toString('latin1')
}

/** The key of a text, or in words what the text is instead. Messages of node:crypto are not shown. */
function parse(text: string): KeyObject | string {
  const [, label] = /^-----BEGIN ([A-Z0-9 ]{1,40})-----/m.exec(text) ?? []
  if (label === undefined) return 'text that is not PEM'
  if (label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type: .*ENCRYPTED/m.test(text)) {
    return 'an encrypted key: decrypt it with "openssl pkey"'
  }
  if (!label.endsWith('PRIVATE KEY')) return `PEM of the kind "${label}"`
  if (label === 'OPENSSH PRIVATE KEY') {
    return 'a key in the format of OpenSSH: make one with "openssl genpkey -algorithm ed25519"'
  }
  try {
    return createPrivateKey(text)
  } catch {
    return `PEM of the kind "${label}" that can't be read`
  }
}
