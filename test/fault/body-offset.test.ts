import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BodyPiece, isWithin, positionInBody } from '../../src/fault/body-offset.js'
import type { From } from '../../src/fault/fault.js'

const slice = (start: number, end: number): BodyPiece => ({ kind: 'slice', slice: { start, end } })
const text = (length: number): BodyPiece => ({ kind: 'literal', bytes: new Uint8Array(length) })
const MULTIPART = [text(50), slice(900, 1000), text(60), slice(100, 200), text(20)]

describe('The position of a fault', () => {
  it.each<[string, BodyPiece[], number, From, number | undefined]>([
    ['in the middle of the whole', [slice(0, 1000)], 400, 'representation', 400],
    ['at the start of the whole', [slice(0, 1000)], 0, 'representation', 0],
    [
      'at the end of the whole, where it never acts',
      [slice(0, 1000)],
      1000,
      'representation',
      undefined,
    ],
    [
      'beyond the end of the whole, where it never acts',
      [slice(0, 1000)],
      1001,
      'representation',
      undefined,
    ],
    ['in an empty body, where it never acts', [slice(0, 0)], 0, 'representation', undefined],
    ['in a range', [slice(300, 600)], 400, 'representation', 100],
    ['one byte into a range', [slice(300, 600)], 301, 'representation', 1],
    [
      'at the start of a range, where a client resumes',
      [slice(300, 600)],
      300,
      'representation',
      undefined,
    ],
    ['before a range', [slice(300, 600)], 0, 'representation', undefined],
    ['at the last byte of a range', [slice(300, 600)], 599, 'representation', 299],
    ['at the end of a range', [slice(300, 600)], 600, 'representation', undefined],
    ['in the second part', MULTIPART, 150, 'representation', 50 + 100 + 60 + 50],
    ['in the first part, though it is later in the file', MULTIPART, 950, 'representation', 100],
    ['between the parts', MULTIPART, 500, 'representation', undefined],
    ['of the response: in a range', [slice(300, 600)], 100, 'response', 100],
    ['of the response: at its start', [slice(300, 600)], 0, 'response', 0],
    ['of the response: at its end', [slice(300, 600)], 300, 'response', undefined],
    ['of the response: in a boundary', MULTIPART, 20, 'response', 20],
    ['of the response: in the closing boundary', MULTIPART, 320, 'response', 320],
  ])('%s', (_what, pieces, at, from, position) => {
    expect(positionInBody(pieces, at, from)).toBe(position)
  })

  it('does not affect a client that resumes there', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), fc.nat(1000), (start, length, at) => {
        const end = start + length
        if (isWithin({ start, end }, at)) expect(isWithin({ start: at, end }, at)).toBe(at === 0)
      }),
    )
  })
})
