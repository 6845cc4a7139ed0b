import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
} from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import { judgeSigningKey, readSigningKey } from '../../src/settings/signing-key.js'
import { KEY_ID, SIGNING_KEY } from '../fixture/signing-key.js'

const PEM = { type: 'pkcs8', format: 'pem' } as const
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const x25519 = generateKeyPairSync('x25519').privateKey
const own = createPrivateKey(SIGNING_KEY)
const encrypted = own.export({ ...PEM, cipher: 'aes-256-cbc', passphrase: 'secret' })

describe('judgeSigningKey', () => {
  it.each([
    ['in PEM', SIGNING_KEY],
    ['in the bytes of PEM', Buffer.from(SIGNING_KEY)],
    ['in PEM with other text around it', `a comment\n${SIGNING_KEY}and more`],
    ['in PEM with CRLF', SIGNING_KEY.replaceAll('\n', '\r\n')],
    ['in a KeyObject', own],
  ])('takes an Ed25519 key %s, and names its public key', (_form, given) => {
    const judged = judgeSigningKey(given)
    expect(judged).toMatchObject({ kind: 'usable', signer: { keyId: KEY_ID } })
    if (judged.kind === 'usable') expect(judged.signer.sign('text')).toHaveLength(64)
  })

  const label = (kind: string) => `-----BEGIN ${kind}-----\nU0VDUkVU\n-----END ${kind}-----\n`
  it.each([
    ['an RSA key', rsa.export(PEM), 'a private key of type rsa'],
    ['an RSA key in PKCS #1', rsa.export({ type: 'pkcs1', format: 'pem' }), 'of type rsa'],
    ['a key of an elliptic curve', ec.export({ type: 'sec1', format: 'pem' }), 'of type ec'],
    ['a key for key agreement', x25519, 'a private key of type x25519'],
    [
      'its public key',
      createPublicKey(own).export({ type: 'spki', format: 'pem' }),
      'PEM of the kind "PUBLIC KEY"',
    ],
    ['a public KeyObject', createPublicKey(own), 'a public key of type ed25519'],
    ['a secret', createSecretKey(Buffer.from('SECRET')), 'a secret key of type symmetric'],
    ['an encrypted key', encrypted, 'an encrypted key: decrypt it with "openssl pkey"'],
    ['a certificate', label('CERTIFICATE'), 'PEM of the kind "CERTIFICATE"'],
    ['a key of OpenSSH', label('OPENSSH PRIVATE KEY'), 'a key in the format of OpenSSH'],
    ['a damaged key', label('PRIVATE KEY'), 'PEM of the kind "PRIVATE KEY" that can\'t be read'],
    ['DER', own.export({ type: 'pkcs8', format: 'der' }), 'text that is not PEM'],
    ['text', 'U0VDUkVU', 'text that is not PEM'],
    ['an empty file', '', 'text that is not PEM'],
  ])('refuses %s, and says what it is without any part of it', (_what, given, received) => {
    const judged = judgeSigningKey(given)
    expect(judged).toMatchObject({ kind: 'other', problem: expect.stringContaining(received) })
    expect(JSON.stringify(judged)).toMatch(/expected an Ed25519 private key in PEM \(PKCS #8\)/)
    expect(JSON.stringify(judged)).not.toMatch(/U0VDUkVU|SECRET/)
  })
})

describe('The option signingKey', () => {
  it('is refused beside digest: off, and no error has a part of the key', () => {
    for (const [key, digest] of [
      [SIGNING_KEY, 'off'],
      ['U0VDUkVU', 'known'],
    ] as const) {
      let thrown: unknown
      try {
        readSigningKey(key, digest)
      } catch (error) {
        thrown = error
      }
      expect(thrown).toBeInstanceOf(LastbyteError)
      const { message, facts } = thrown as Error & { facts: unknown }
      expect(message).toMatch(/^signingKey: expected /)
      expect(JSON.stringify([message, facts])).not.toMatch(/U0VDUkVU|MC4C/)
    }
  })

  it('is optional', () => {
    expect(readSigningKey(undefined, 'off')).toBeUndefined()
  })
})
