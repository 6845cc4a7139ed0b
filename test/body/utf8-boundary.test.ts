import fc from 'fast-check'
import { expect, it } from 'vitest'
import { splitAtCharacterBoundary } from '../../src/body/utf8-boundary.js'

it.each([
  { section: '3', what: 'no bytes', bytes: [], incomplete: 0 },
  { section: '3', what: 'one byte of ASCII', bytes: [0x61], incomplete: 0 },
  { section: '3', what: 'a whole character of 2 bytes', bytes: [0xc3, 0xa9], incomplete: 0 },
  { section: '3', what: 'a whole character of 3 bytes', bytes: [0xe2, 0x98, 0x83], incomplete: 0 },
  { section: '3', what: 'a whole one of 4 bytes', bytes: [0xf0, 0x9f, 0x8e, 0xac], incomplete: 0 },
  { section: '3', what: '1 byte of 2', bytes: [0x61, 0xc3], incomplete: 1 },
  { section: '3', what: '1 byte of 3', bytes: [0x61, 0xe2], incomplete: 1 },
  { section: '3', what: '2 bytes of 3', bytes: [0x61, 0xe2, 0x98], incomplete: 2 },
  { section: '3', what: '1 byte of 4', bytes: [0xf0], incomplete: 1 },
  { section: '3', what: '3 bytes of 4', bytes: [0x61, 0xf0, 0x9f, 0x8e], incomplete: 3 },
  {
    section: '3',
    what: 'continuation bytes alone',
    bytes: [0x98, 0x98, 0x98, 0x98],
    incomplete: 0,
  },
  { section: '3', what: 'one continuation byte', bytes: [0x98], incomplete: 0 },
  { section: '10', what: 'the byte FF', bytes: [0xff], incomplete: 1 },
])('splitAtCharacterBoundary splits off $incomplete bytes of $what (RFC 3629 §$section)', (row) => {
  const { complete, incomplete } = splitAtCharacterBoundary(Uint8Array.from(row.bytes))
  expect([...complete, ...incomplete]).toEqual(row.bytes)
  expect(incomplete).toHaveLength(row.incomplete)
})

it('splitAtCharacterBoundary copies the incomplete bytes, so that their buffer can be reused', () => {
  const bytes = Uint8Array.of(0x61, 0xe2, 0x98)
  const { incomplete } = splitAtCharacterBoundary(bytes)
  bytes.fill(0)
  expect([...incomplete]).toEqual([0xe2, 0x98])
})

it('splitAtCharacterBoundary completes every character of any text, at any split', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, at) => {
      const bytes = Buffer.from(text)
      const first = bytes.subarray(0, at % (bytes.length + 1))
      const { complete, incomplete } = splitAtCharacterBoundary(first)
      expect(Buffer.concat([complete, incomplete]).equals(first)).toBe(true)
      expect(incomplete.length).toBeLessThan(4)
      expect(text.startsWith(new TextDecoder('utf-8', { fatal: true }).decode(complete))).toBe(true)
    }),
  )
})
