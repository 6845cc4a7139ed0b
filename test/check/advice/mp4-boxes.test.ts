import { expect, it } from 'vitest'
import { parseBox } from '../../../src/check/advice/mp4-boxes.js'

const header = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')

it.each([
  ['a size', '00000020 66747970 69736f6d 00000200', { type: 'ftyp', end: 132 }],
  [
    'a size of 64 bits',
    '00000001 6d646174 00000001 00000000',
    { type: 'mdat', end: 2 ** 32 + 100 },
  ],
  ['the rest of the file', '00000000 6d646174', { type: 'mdat', end: Number.POSITIVE_INFINITY }],
  ['eight bytes', '00000008 77696465', { type: 'wide', end: 108 }],
])('reads the header of a box of %s', (_, hex, expected) => {
  expect(parseBox(100, header(hex))).toEqual(expected)
})

it.each([
  ['fewer than eight bytes', '00000008 776964'],
  ['a size smaller than the header', '00000007 77696465'],
  ['a size of 64 bits that is missing', '00000001 6d646174 00000001'],
  ['a size of 64 bits that is smaller than the header', '00000001 6d646174 00000000 0000000f'],
  ['a type that is not text', '00000020 00000001'],
])('reads no box from %s', (_, hex) => {
  expect(parseBox(0, header(hex))).toBeUndefined()
})
