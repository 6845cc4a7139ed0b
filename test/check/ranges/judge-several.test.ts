import { describe, expect, it } from 'vitest'
import { judgeSeveral } from '../../../src/check/ranges/judge-several.js'
import type { Exchange } from '../../../src/check/subject/exchange.js'
import { KnownBytes } from '../../../src/check/subject/known-bytes.js'
import type { Subject } from '../../../src/check/subject/subject.js'
import { exchangeWith } from '../../fixture/exchange.js'

const WHOLE = 'abcdefghij'
const REQUESTED = [
  { start: 0, end: 2 },
  { start: 8, end: 10 },
]
const MULTIPART = 'multipart/byteranges; boundary=b'

interface Response {
  readonly status?: number
  readonly type?: string
  readonly range?: string
  readonly length?: string
  readonly body: string
  readonly end?: Exchange['end']
}

function judge({ status = 206, type, range, length, body, end = 'complete' }: Response) {
  const known = new KnownBytes()
  known.add(0, Buffer.from(WHOLE))
  const fields = { 'content-type': type, 'content-range': range, 'content-length': length }
  const exchange = { ...exchangeWith({ status, fields }), body: Buffer.from(body), end }
  return judgeSeveral({ size: 10, known } as unknown as Subject, exchange, REQUESTED)
}

/** A multipart of parts, each with its Content-Range and its bytes. */
function multipart(...parts: readonly (readonly [range: string, bytes: string])[]): string {
  const texts = parts.map(([range, bytes]) => `--b\r\nContent-Range: ${range}\r\n\r\n${bytes}\r\n`)
  return `${texts.join('')}--b--\r\n`
}

const BOTH = multipart(['bytes 0-1/10', 'ab'], ['bytes 8-9/10', 'ij'])

describe('the response to several ranges', () => {
  it.each<readonly [string, Response]>([
    ['the whole', { status: 200, body: WHOLE }],
    [
      'the beginning of the whole, of which the rest is not read',
      { status: 200, body: 'abc', end: 'left' },
    ],
    ['a multipart of both', { type: MULTIPART, body: BOTH }],
    [
      'a multipart in another order',
      { type: MULTIPART, body: multipart(['bytes 8-9/10', 'ij'], ['bytes 0-1/10', 'ab']) },
    ],
    ['a multipart with one part', { type: MULTIPART, body: multipart(['bytes 0-1/10', 'ab']) }],
    [
      'a multipart whose rest is not read',
      { type: MULTIPART, body: BOTH.slice(0, 75), end: 'left' },
    ],
    ['one range that has both', { range: 'bytes 0-9/10', body: WHOLE }],
    ['one of them', { range: 'bytes 0-1/10', length: '2', body: 'ab' }],
    ['one range whose rest is not read', { range: 'bytes 0-9/10', body: 'abcd', end: 'left' }],
  ])('may be %s', (_, response) => {
    expect(judge(response)).toEqual({ kind: 'passed' })
  })

  it.each<readonly [string, Response, string]>([
    ['a refusal', { status: 416, body: '' }, '416 with no Content-Range'],
    ['other bytes of the whole', { status: 200, body: 'abX' }, 'another byte at offset 2'],
    ['a 206 that does not tell its place', { body: 'ab' }, 'no Content-Range'],
    [
      'a multipart without a boundary',
      { type: 'multipart/byteranges', body: BOTH },
      'no Content-Range',
    ],
    [
      'a range of another size',
      { range: 'bytes 0-1/11', body: 'ab' },
      'Content-Range: bytes 0-1/11',
    ],
    [
      'a range of an unknown size',
      { range: 'bytes 0-1/*', body: 'ab' },
      'Content-Range: bytes 0-1/*',
    ],
    [
      'a range that was not requested',
      { range: 'bytes 3-4/10', body: 'de' },
      'Content-Range: bytes 3-4/10',
    ],
    ['too few bytes for the range', { range: 'bytes 0-1/10', body: 'a' }, '1 bytes'],
    [
      'too many bytes for a range that is not read to its end',
      { range: 'bytes 0-1/10', body: 'abc', end: 'left' },
      '3 bytes',
    ],
    [
      'a body that is cut',
      { range: 'bytes 0-1/10', body: 'ab', end: 'short' },
      'Content-Length: none, 2 bytes, end: short',
    ],
    [
      'a length of another number of bytes',
      { range: 'bytes 0-1/10', length: '3', body: 'ab' },
      'Content-Length: 3, 2 bytes, end: complete',
    ],
    ['another byte', { range: 'bytes 8-9/10', body: 'iX' }, 'another byte at offset 9'],
    [
      'a multipart with another byte',
      { type: MULTIPART, body: BOTH.replace('ij', 'iX') },
      'another byte at offset 9',
    ],
    [
      'a multipart with a part that is too long',
      { type: MULTIPART, body: BOTH.replace('ij', 'ijk') },
      '3 bytes',
    ],
    [
      'a multipart without an end',
      { type: MULTIPART, body: BOTH.slice(0, -8) },
      '2 parts, no closing delimiter, end: complete',
    ],
    [
      'a multipart that is cut',
      { type: MULTIPART, body: BOTH.slice(0, 40), end: 'short' },
      '1 parts, no closing delimiter, end: short',
    ],
    [
      'a multipart without parts',
      { type: MULTIPART, body: '--b--\r\n' },
      '0 parts, a closing delimiter, end: complete',
    ],
  ])('may not be %s', (_, response, received) => {
    expect(judge(response)).toMatchObject({ kind: 'failed', received })
  })
})
