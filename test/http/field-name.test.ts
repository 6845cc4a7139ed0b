import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalName } from '../../src/http/field-name.js'

it.each([
  'Accept-Ranges',
  'Content-Type',
  'Content-Disposition',
  'ETag',
  'WWW-Authenticate',
  'X-Content-Type-Options',
  'Repr-Digest',
  'Proxy-Status',
  'Access-Control-Allow-Origin',
  'Strict-Transport-Security',
  'Content-MD5',
  'TE',
  'DNT',
  'X-XSS-Protection',
  'Sec-WebSocket-Accept',
  'X-Amz-Meta-Name',
  'X-1st',
  'Last-Event-ID',
  'MIME-Version',
  'DAV',
  'DASL',
  'MS-Author-Via',
  'Lock-Token',
  'contentFeatures.dlna.org',
  'getcontentFeatures.dlna.org',
  'transferMode.dlna.org',
  'TimeSeekRange.dlna.org',
  'icy-metaint',
  'icy-name',
])('%s is the spelling of its lower-case name', (name) => {
  expect(canonicalName(name.toLowerCase())).toBe(name)
  expect(canonicalName(name)).toBe(name)
})

it.each(['x-FOO', 'eTag', 'X-ReQuest'])('%s keeps the spelling that its sender chose', (name) => {
  expect(canonicalName(name)).toBe(name)
})

it('any token stays the same name, whatever its case', () => {
  const character = fc.constantFrom(..."abz019-_.!#$%&'*+^`|~".split(''))
  fc.assert(
    fc.property(fc.array(character, { minLength: 1 }), (characters) => {
      const name = characters.join('')
      expect(canonicalName(name).toLowerCase()).toBe(name)
    }),
  )
})
