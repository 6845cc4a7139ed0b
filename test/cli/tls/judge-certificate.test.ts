import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { judgeCertificate } from '../../../src/cli/tls/judge-certificate.js'
import { renewedTls, tls } from '../../fixture/tls.js'

const cipher = { format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const
const encrypted = {
  'PKCS #8': createPrivateKey(tls.key).export({ type: 'pkcs8', ...cipher }),
  'the older form of OpenSSL': generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(
    { type: 'sec1', ...cipher },
  ),
}

describe('judgeCertificate', () => {
  it('takes a certificate and its key, and knows the end of validity', () => {
    const expires = Date.parse(new X509Certificate(tls.cert).validTo)
    expect(judgeCertificate(tls)).toEqual({ kind: 'usable', files: tls, expires })
    expect(expires).toBeGreaterThan(Date.now())
  })

  it('takes a chain, the own certificate first', () => {
    const cert = Buffer.concat([tls.cert, renewedTls.cert])
    expect(judgeCertificate({ cert, key: tls.key }).kind).toBe('usable')
  })

  it.each(Object.entries(encrypted))('refuses a key with a passphrase in %s', (_form, key) => {
    expect(judgeCertificate({ cert: tls.cert, key: Buffer.from(key) })).toMatchObject({
      kind: 'unusable',
      setting: 'TLS_KEY',
      problem: expect.stringMatching(
        /^expected a key without a passphrase; remove it with: openssl/,
      ),
    })
  })

  it.each([
    [
      'a certificate of another key',
      { cert: renewedTls.cert, key: tls.key },
      'TLS_CERT',
      /the key/,
    ],
    ['files that are swapped', { cert: tls.key, key: tls.cert }, 'TLS_CERT', /certificate in PEM/],
    ['the certificate twice', { cert: tls.cert, key: tls.cert }, 'TLS_KEY', /key in PEM/],
    ['an empty key', { cert: tls.cert, key: Buffer.alloc(0) }, 'TLS_KEY', /key in PEM/],
    ['half a certificate', { cert: tls.cert.subarray(0, 200), key: tls.key }, 'TLS_CERT', /PEM/],
    [
      'a certificate whose chain is cut',
      { cert: Buffer.concat([tls.cert, renewedTls.cert.subarray(0, 200)]), key: tls.key },
      'TLS_CERT',
      /that TLS can use/,
    ],
  ])('refuses %s, and names the file', (_what, files, setting, problem) => {
    const judged = judgeCertificate(files)
    expect(judged).toMatchObject({ kind: 'unusable', setting })
    expect(judged.kind === 'unusable' && judged.problem).toMatch(problem)
  })
})
