import { describe, expect, it } from 'vitest'
import { parseResponse } from '../../../src/check/subject/parse-response.js'

const parse = (text: string, method = 'GET') => parseResponse(Buffer.from(text, 'latin1'), method)

const HEAD = 'HTTP/1.1 206 Partial Content\r\n'

describe('parseResponse', () => {
  it.each([
    ['Content-Length', `${HEAD}Content-Length: 3\r\n\r\nabcHTTP`, 'GET', 'abc'],
    [
      'chunks',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nT: 1\r\n\r\nHTTP`,
      'GET',
      'abc',
    ],
    ['HEAD', `${HEAD}Content-Length: 3\r\n\r\nHTTP`, 'HEAD', ''],
    ['a 304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\nHTTP', 'GET', ''],
    [
      'an interim response',
      `HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${HEAD}Content-Length: 3\r\n\r\nabcHTTP`,
      'GET',
      'abc',
    ],
  ])('ends the body by %s', (_, text, method, body) => {
    const parsed = parse(text, method)
    expect(parsed).toMatchObject({ kind: 'response', response: { version: '1.1' } })
    if (parsed.kind !== 'response') return
    expect(parsed.response.body.toString()).toBe(body)
    expect(text.slice(parsed.response.end)).toBe('HTTP')
  })

  it('has names and values as they were received', () => {
    const parsed = parse(`${HEAD}ETag:  "a:b" \r\nBroken\r\nContent-Length: 0\r\n\r\n`)
    expect(parsed).toMatchObject({
      response: {
        status: 206,
        lines: [
          ['ETag', '"a:b"'],
          ['Broken', ''],
          ['Content-Length', '0'],
        ],
      },
    })
  })

  it.each([
    '',
    'HT',
    HEAD,
    `${HEAD}Content-Length: 3\r\n\r\nab`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nab`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: 1\r\n`,
  ])('waits for more than %j', (text) => {
    expect(parse(text).kind).toBe('incomplete')
  })

  it.each([
    `${HEAD}\r\n`,
    `${HEAD}Content-Length: x\r\n\r\n`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\nx\r\n`,
  ])('knows no end of %j', (text) => {
    expect(parse(text).kind).toBe('unframed')
  })

  it.each(['abc', '\r\nHTTP/1.1 200 OK\r\n\r\n', 'HTTP/1.1 OK\r\n\r\n'])(
    'finds no response in %j',
    (text) => {
      expect(parse(text).kind).toBe('foreign')
    },
  )
})
