import { describe, expect, it } from 'vitest'
import {
  describeRange,
  hasContentRange,
  judgeBody,
  judgeBytes,
  judgeSlice,
} from '../../../src/check/subject/judge-slice.js'
import { CheckSubject, factsWith } from '../../fixture/check-subject.js'
import { exchangeWith } from '../../fixture/exchange.js'

type Response = Parameters<typeof exchangeWith>[0]

const SLICE = { start: 2, end: 5 }
const RIGHT = {
  status: 206,
  fields: { 'Content-Range': 'bytes 2-4/10', 'Content-Length': '3' },
  body: '234',
} as const

/** A subject that has received the first four of the ten bytes `0123456789`. */
function informed() {
  const { subject } = new CheckSubject('http://example.test/film.mp4')
  subject.learn(factsWith())
  subject.known.add(0, Buffer.from('0123'))
  return subject
}

describe('judgeSlice', () => {
  it.each([
    ['with Content-Length', RIGHT],
    ['of chunks', { ...RIGHT, fields: { 'Content-Range': 'bytes 2-4/10' } }],
    [
      'with a unit in capitals',
      { ...RIGHT, fields: { ...RIGHT.fields, 'Content-Range': 'Bytes  2-4/10' } },
    ],
  ])('passes the 206 of the slice %s', (_, response) => {
    expect(judgeSlice(informed(), exchangeWith(response), SLICE)).toEqual({ kind: 'passed' })
  })

  const ofRange = '206 with Content-Range: bytes 2-4/10'
  const ofBody = 'a complete body of 3 bytes'
  it.each<[string, Response, string, string]>([
    ['the whole', { ...RIGHT, status: 200 }, ofRange, '200 with Content-Range: bytes 2-4/10'],
    ['no Content-Range', { ...RIGHT, fields: {} }, ofRange, '206 with no Content-Range'],
    ...['bytes 2-5/10', 'bytes 1-4/10', 'bytes 2-4/11', 'bytes 2-4/*'].map(
      (value) =>
        [
          value,
          { ...RIGHT, fields: { 'Content-Range': value } },
          ofRange,
          `206 with Content-Range: ${value}`,
        ] satisfies [string, Response, string, string],
    ),
    [
      'a byte too much',
      { ...RIGHT, body: '2345' },
      ofBody,
      'Content-Length: 3, 4 bytes, end: complete',
    ],
    [
      'a body that is cut',
      { ...RIGHT, body: '23', end: 'short' as const },
      ofBody,
      'Content-Length: 3, 2 bytes, end: short',
    ],
    [
      'all bytes and no end',
      { ...RIGHT, end: 'stalled' as const },
      ofBody,
      'Content-Length: 3, 3 bytes, end: stalled',
    ],
    [
      'the Content-Length of the whole',
      { ...RIGHT, fields: { ...RIGHT.fields, 'Content-Length': '10' } },
      ofBody,
      'Content-Length: 10, 3 bytes, end: complete',
    ],
    [
      'a byte of another place',
      { ...RIGHT, body: '2x4' },
      'the bytes that an earlier response had at the same offsets',
      'another byte at offset 3',
    ],
  ])('fails a response with %s', (_, response, expected, received) => {
    const exchange = exchangeWith(response)
    const finding = judgeSlice(informed(), exchange, SLICE)
    expect(finding).toEqual({ kind: 'failed', exchange, expected, received })
  })
})

describe('judgeBytes', () => {
  it('remembers bytes that no earlier response had, and compares later ones with them', () => {
    const subject = informed()
    expect(judgeBytes(subject, exchangeWith({ body: '345' }), 3).kind).toBe('passed')
    expect(judgeBytes(subject, exchangeWith({ body: '4x' }), 4)).toMatchObject({
      received: 'another byte at offset 5',
    })
  })

  it('does not remember bytes that differ from those of an earlier response', () => {
    const subject = informed()
    judgeBytes(subject, exchangeWith({ body: 'x45' }), 3)
    expect(judgeBytes(subject, exchangeWith({ body: 'yz' }), 4).kind).toBe('passed')
  })
})

describe('judgeBody', () => {
  it('passes an empty body where none is expected', () => {
    expect(judgeBody(exchangeWith({}), 0)).toBeUndefined()
  })

  it('fails where the length is unknown and no byte came', () => {
    expect(judgeBody(exchangeWith({}), 1)?.received).toBe(
      'Content-Length: none, 0 bytes, end: complete',
    )
  })
})

describe('A Content-Range', () => {
  it.each([
    ['bytes 0-0/5', true],
    ['BYTES 0-0/5', true],
    [' bytes   0-0/5 ', true],
    ['bytes 0-0/*', false],
    ['bytes=0-0/5', false],
    ['bytes 0-0/5, bytes 0-0/5', false],
    [undefined, false],
  ])('of %j is the expected one: %s', (value, expected) => {
    const exchange = exchangeWith({ fields: { 'content-range': value } })
    expect(hasContentRange(exchange, 'bytes 0-0/5')).toBe(expected)
  })

  it('is described with the status', () => {
    const fields = { 'content-range': 'bytes */5' }
    expect(describeRange(exchangeWith({ status: 416, fields }))).toBe(
      '416 with Content-Range: bytes */5',
    )
    expect(describeRange(exchangeWith({ status: 416 }))).toBe('416 with no Content-Range')
  })
})
