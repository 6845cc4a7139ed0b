import { describe, expect, it } from 'vitest'
import { readSigningKey } from '../../src/cli/read-signing-key.js'
import { readEnvironment } from '../../src/cli/settings/environment.js'
import { Folder } from '../fixture/files.js'
import { KEY_ID, SIGNING_KEY } from '../fixture/signing-key.js'

function read(content: string, more: object = {}) {
  using folder = new Folder({ 'key.pem': content })
  return readSigningKey(readEnvironment({ SIGNING_KEY: folder.at('key.pem'), ...more }, {}))
}

describe('--signing-key', () => {
  it('names the public key as pages do', () => {
    expect(read(SIGNING_KEY)).toEqual({ key: SIGNING_KEY, integrity: `ed25519-${KEY_ID}` })
    expect(readSigningKey(readEnvironment({}, {}))).toBeUndefined()
  })

  it.each([
    ['a file that is no key', () => read('MC4CAQAw'), /received text that is not PEM$/],
    ['digests that are off', () => read(SIGNING_KEY, { DIGEST: 'off' }), /expected --digest asked/],
    [
      'a file that is absent',
      () => readSigningKey(readEnvironment({ SIGNING_KEY: '/none/key.pem' }, {})),
      /expected a file in PEM that can be read: ENOENT/,
    ],
  ])('refuses %s, and shows nothing of the key', (_what, call, message) => {
    expect(call).toThrow(message)
    expect(call).toThrow(/^SIGNING_KEY: /)
    expect(call).not.toThrow(/MC4C/)
  })
})
