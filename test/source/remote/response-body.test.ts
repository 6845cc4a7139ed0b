import { describe, expect, it } from 'vitest'
import { ResponseBody } from '../../../src/source/remote/response-body.js'
import { FakeBody, textAndError } from '../../fixture/bodies.js'

const EXCESS = { code: 'REFUSED', facts: { proxyError: 'http_response_body_size' } }

describe('ResponseBody', () => {
  it('returns the announced bytes, without empty chunks', async () => {
    const body = new ResponseBody(new FakeBody('ab', '', 'cde'), 5, true)
    expect(await textAndError(body)).toEqual({ text: 'abcde', error: undefined })
  })

  it('throws SOURCE_SHORT where the body ends early, with the bytes that are missing', async () => {
    const { text, error } = await textAndError(new ResponseBody(new FakeBody('ab'), 5, true))
    expect(text).toBe('ab')
    expect(error).toMatchObject({
      code: 'SOURCE_SHORT',
      facts: { left: 3, proxyError: 'http_response_incomplete' },
    })
  })

  it('throws REFUSED in place of a chunk with more bytes than announced', async () => {
    const { text, error } = await textAndError(
      new ResponseBody(new FakeBody('ab', 'cdef'), 5, true),
    )
    expect(text).toBe('ab')
    expect(error).toMatchObject(EXCESS)
  })

  it.each<[string, (string | Error)[], object]>([
    ['further bytes', ['abcde', '', 'f'], EXCESS],
    ['an error', ['abcde', new Error('broken')], { message: 'broken' }],
  ])(
    'holds the last chunk back where %s follow, if nothing frames it',
    async (_what, chunks, error) => {
      const outcome = await textAndError(new ResponseBody(new FakeBody(...chunks), 5, false))
      expect(outcome.text).toBe('')
      expect(outcome.error).toMatchObject(error)
    },
  )

  it('does not wait for the end of a body that Content-Length frames', async () => {
    const body = new ResponseBody(new FakeBody('abcde', 'hang'), 5, true)
    expect(await textAndError(body)).toEqual({ text: 'abcde', error: undefined })
  })

  it.each([true, false])(
    'returns bytes that begin() read ahead once (framed: %s)',
    async (framed) => {
      const body = new ResponseBody(new FakeBody('ab', 'c'), 3, framed)
      await body.begin()
      expect(await textAndError(body)).toEqual({ text: 'abc', error: undefined })
    },
  )

  it('begin() throws the error of a body that breaks off before its first byte', async () => {
    const body = new ResponseBody(new FakeBody(new Error('broken')), 3, true)
    await expect(body.begin()).rejects.toThrow('broken')
  })

  it('begin() reads nothing of an empty body', async () => {
    const body = new ResponseBody(new FakeBody('hang'), 0, true)
    await body.begin()
    expect(await textAndError(body)).toEqual({ text: '', error: undefined })
  })

  it('return() ends the body', async () => {
    const inner = new FakeBody('ab')
    await new ResponseBody(inner, 2, true).return()
    expect(inner.released).toBe(1)
  })
})
