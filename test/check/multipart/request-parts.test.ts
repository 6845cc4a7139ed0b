import { describe, expect, it } from 'vitest'
import { isMultipart, requestParts } from '../../../src/check/multipart/request-parts.js'
import type { Exchange } from '../../../src/check/subject/exchange.js'
import type { Subject } from '../../../src/check/subject/subject.js'
import { exchangeWith } from '../../fixture/exchange.js'

const subjectOf = (exchange: Exchange) =>
  ({ sendRange: async () => exchange }) as unknown as Subject

const multipart = (type: string, text = '') => ({
  ...exchangeWith({ status: 206, fields: { 'content-type': type } }),
  body: Buffer.from(text),
})

describe('requestParts', () => {
  it.each([
    [200, 'the server answers several ranges with 200'],
    [416, 'the server answers several ranges with 416'],
    [206, 'the server sends several ranges as one'],
  ])('finds no multipart in a %i of another type', async (status, reason) => {
    const exchange = exchangeWith({ status, fields: { 'content-type': 'video/mp4' } })
    expect(await requestParts(subjectOf(exchange), 'bytes=0-0,-1')).toEqual({
      kind: 'absent',
      reason,
    })
  })

  it('parses a multipart by the boundary of Content-Type', async () => {
    const exchange = multipart('multipart/byteranges; boundary=b', '--b\r\n\r\nx\r\n--b--')
    const content = { parts: [{ lines: [], body: Buffer.from('x') }], isClosed: true }
    expect(await requestParts(subjectOf(exchange), 'bytes=0-0,-1')).toMatchObject({ content })
  })

  it('names the defect of a multipart without a boundary', async () => {
    const response = await requestParts(subjectOf(multipart('multipart/mixed')), 'bytes=0-0,-1')
    expect(response).toMatchObject({ kind: 'multipart', content: { parts: [], isClosed: false } })
  })
})

describe('isMultipart', () => {
  it.each([
    [206, 'Multipart/ByteRanges; boundary=a', true],
    [206, 'video/mp4', false],
    [200, 'multipart/byteranges; boundary=a', false],
  ])('judges a %i of the type %s', (status, type, want) => {
    const exchange = exchangeWith({ status, fields: { 'content-type': type } })
    expect(isMultipart(exchange)).toBe(want)
  })
})
