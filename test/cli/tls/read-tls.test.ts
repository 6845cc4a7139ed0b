import { describe, expect, it } from 'vitest'
import { readTls } from '../../../src/cli/tls/read-tls.js'
import { Folder } from '../../fixture/files.js'
import { renewedTls, tls } from '../../fixture/tls.js'

describe('readTls', () => {
  it('is undefined without a certificate and a key', () => {
    expect(readTls({ TLS_CERT: '', TLS_KEY: '' })).toBeUndefined()
  })

  it('reads a certificate and its key', () => {
    using folder = new Folder({ cert: tls.cert, key: tls.key })
    const read = readTls({ TLS_CERT: folder.at('cert'), TLS_KEY: folder.at('key') })
    expect(read).toMatchObject({ kind: 'usable', files: tls })
  })

  it.each<[string, string, RegExp]>([
    ['cert', '', /^TLS_KEY: expected the key of the certificate in --tls-cert \(TLS_CERT\)$/],
    ['', 'key', /^TLS_CERT: expected the certificate of the key in --tls-key \(TLS_KEY\)$/],
    ['none', 'key', /^TLS_CERT: expected a file in PEM that can be read: ENOENT/],
    ['cert', 'none', /^TLS_KEY: expected a file in PEM that can be read: ENOENT/],
    ['cert', 'text', /^TLS_KEY: expected a key in PEM: /],
    ['text', 'key', /^TLS_CERT: expected a certificate in PEM: /],
    ['renewed', 'key', /^TLS_CERT: expected the certificate of the key in --tls-key \(TLS_KEY\)$/],
  ])('refuses the certificate %j with the key %j', (cert, key, message) => {
    using folder = new Folder({ ...tls, renewed: renewedTls.cert, text: 'no PEM' })
    const path = (name: string) => (name === '' ? '' : folder.at(name))
    const read = () => readTls({ TLS_CERT: path(cert), TLS_KEY: path(key) })
    expect(read).toThrow(message)
    expect(read).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }))
  })
})
