import { describe, expect, it } from 'vitest'
import { endOfPiece, endsWithEmptyLine, lastBytes } from '../../src/connection/request-pieces.js'

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

describe('endOfPiece', () => {
  it.each<[string, string, number, number]>([
    ['one request of two', REQUEST.repeat(2), 1, REQUEST.length],
    ['all requests, where there are fewer', REQUEST.repeat(2), 3, 2 * REQUEST.length],
    ['all bytes up to the limit', REQUEST.repeat(3), 3, 3 * REQUEST.length],
    ['bytes without an empty line', 'GET / HTTP/1.1\r\nHo', 1, 18],
    ['nothing', '', 1, 0],
    ['nothing, where no request may be passed', REQUEST, 0, 0],
    ['half a request after the last one', `${REQUEST}GET`, 2, REQUEST.length + 3],
    ['up to each of consecutive empty lines', '\n\r\n\r\n', 1, 3],
  ])('passes %s', (_what, bytes, count, end) => {
    expect(endOfPiece(Buffer.from(bytes), count, Buffer.alloc(0))).toBe(end)
  })

  it.each<[before: string, bytes: string, count: number, end: number]>([
    ['a\n\r', `\n${REQUEST}`, 1, 1],
    ['\r\n', `\r\n${REQUEST}`, 1, 2],
    ['\n', '\r\n\r\n', 1, 2],
    ['\r\n', `\r\n${REQUEST}`, 2, 2 + REQUEST.length],
    ['\r\n', `\r\n${REQUEST}`, 0, 0],
    ['\n\r', 'GET', 1, 3],
    ['\n\r\n', `\r\n${REQUEST}`, 1, 2 + REQUEST.length],
    ['', '\r\nGET', 1, 5],
    ['\n', '', 1, 0],
  ])('finds an empty line that begins in %j and ends in %j (%i)', (before, bytes, count, end) => {
    expect(endOfPiece(Buffer.from(bytes), count, Buffer.from(before))).toBe(end)
  })
})

describe('lastBytes', () => {
  it.each([
    ['', 'a', 'a'],
    ['', 'abcd', 'bcd'],
    ['ab', 'c', 'abc'],
    ['abc', '', 'abc'],
    ['a\n', '\r', 'a\n\r'],
    ['', REQUEST, '\n\r\n'],
    ['\n\r', '\n', '\n\r\n'],
  ])('of %j and %j are %j', (before, piece, expected) => {
    expect(lastBytes(Buffer.from(before), Buffer.from(piece)).toString()).toBe(expected)
  })

  it('are the same buffer after each request', () => {
    const [first, second] = [
      lastBytes(Buffer.from('a'), Buffer.from(REQUEST)),
      Buffer.from(`x${REQUEST}`),
    ]
    expect(lastBytes(first, second)).toBe(first)
  })
})

describe('endsWithEmptyLine', () => {
  it.each([
    [REQUEST, true],
    [`${REQUEST}G`, false],
    ['\n', false],
    ['', false],
  ])('judges the end of %j', (bytes, expected) => {
    expect(endsWithEmptyLine(Buffer.from(bytes))).toBe(expected)
  })
})
