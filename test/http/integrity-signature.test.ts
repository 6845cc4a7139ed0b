import { createPrivateKey, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  integritySignature,
  requestedLabel,
  signatureMember,
} from '../../src/http/integrity-signature.js'
import { KEY_ID, SIGNING_KEY } from '../fixture/signing-key.js'

const DIGEST = 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:'

describe('integritySignature', () => {
  it('makes the signature of the example of Signature-based Integrity, with its key', () => {
    const { base, input, label } = integritySignature(DIGEST, KEY_ID, 'signature')
    expect(base).toBe(
      `"unencoded-digest";sf: ${DIGEST}\n` +
        `"@signature-params": ("unencoded-digest";sf);keyid="${KEY_ID}";tag="ed25519-integrity"`,
    )
    expect(input).toBe(
      `signature=("unencoded-digest";sf);keyid="${KEY_ID}";tag="ed25519-integrity"`,
    )
    const signature = sign(null, Buffer.from(base), createPrivateKey(SIGNING_KEY))
    expect(signatureMember(label, signature)).toBe(
      'signature=:SbCdPUyjc0IBJjFbVRWs81ucEUcFz87b37nQ63d6kDW+/JvDmET6O5cSdwlddePvlwemLdaWFuY6pQGO+hrkAg==:',
    )
  })
})

describe('requestedLabel', () => {
  const OWN = `("unencoded-digest";sf);keyid="${KEY_ID}";tag="ed25519-integrity"`
  it.each<[string, string | undefined, string | undefined]>([
    ['the label of a signature by this key', `sig0=${OWN}`, 'sig0'],
    [
      'the label of the one of several',
      `a=${OWN.replace(KEY_ID, 'AAAA')}, *b.1=${OWN}, c=${OWN}`,
      '*b.1',
    ],
    ['the label of any key', 'x=("unencoded-digest";sf);tag="ed25519-integrity"', 'x'],
    ['nothing without the field', undefined, undefined],
    ['nothing for an empty field', '', undefined],
    ['nothing for a malformed field', 'sig0=(', undefined],
    ['nothing for a member that is no list', 'sig0="unencoded-digest"', undefined],
    ['nothing for another key', `sig0=${OWN.replace(KEY_ID, 'AAAA')}`, undefined],
    ['nothing for another tag', `sig0=${OWN.replace('ed25519-', 'x')}`, undefined],
    ['nothing for no tag', 'sig0=("unencoded-digest";sf)', undefined],
    ['nothing for an algorithm, which the profile forbids', `x=${OWN};alg="ed25519"`, undefined],
    ['nothing for a nonce, which would have to be signed', `x=${OWN};nonce="a"`, undefined],
    ['nothing for the time of the signature', `x=${OWN};created`, undefined],
    ['nothing for its expiry', `x=${OWN};expires`, undefined],
    ['the label of the one beside them', `a=${OWN};nonce="a", b=${OWN}`, 'b'],
    ['nothing for no component', 'sig0=();tag="ed25519-integrity"', undefined],
    ['nothing for a component without sf', `sig0=${OWN.replace(';sf', '')}`, undefined],
    ['nothing for a component of the request', `sig0=${OWN.replace(';sf', ';sf;req')}`, undefined],
    ['nothing for one component more', `sig0=${OWN.replace(';sf', ';sf "@status"')}`, undefined],
  ])('reads %s', (_what, field, label) => {
    expect(requestedLabel(field, KEY_ID)).toBe(label)
  })
})
