import { describe, expect, it } from 'vitest'
import { boundaryDefect } from '../../../src/check/multipart/boundary-defect.js'

describe('boundaryDefect', () => {
  it.each([
    'multipart/byteranges; boundary=00000000000000000001',
    'Multipart/ByteRanges;boundary=a',
    'multipart/byteranges ; Boundary="a:b c" ; charset=utf-8;',
    `multipart/byteranges; x="boundary=\\""; boundary=${'a'.repeat(70)}`,
    String.raw`multipart/byteranges; boundary="a\b"`,
  ])('finds nothing wrong with %s', (type) => {
    expect(boundaryDefect(type)).toBeUndefined()
  })

  it.each([
    ['multipart/mixed; boundary=a', 'the type multipart/mixed'],
    ['', 'the type '],
    ['multipart/byteranges', 'no parameter boundary in Content-Type'],
    ['multipart/byteranges; boundary', 'a malformed parameter of Content-Type: boundary'],
    ['multipart/byteranges; boundary=a:b', 'a malformed parameter of Content-Type: :b'],
    ['multipart/byteranges; boundary=[a]', 'a malformed parameter of Content-Type: boundary=[a]'],
    ['multipart/byteranges; boundary=a; boundary=b', 'two parameters boundary in Content-Type'],
    ['multipart/byteranges; boundary=""', 'the boundary ""'],
    ['multipart/byteranges; boundary="[a]"', 'the boundary "[a]"'],
    ['multipart/byteranges; boundary="a "', 'the boundary "a "'],
    [`multipart/byteranges; boundary=${'a'.repeat(71)}`, `the boundary "${'a'.repeat(71)}"`],
  ])('names the defect of %s', (type, defect) => {
    expect(boundaryDefect(type)).toBe(defect)
  })
})
