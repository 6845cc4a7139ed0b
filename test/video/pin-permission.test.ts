import { describe, expect, it, vi } from 'vitest'
import { askPinPermission, type SendByCors } from '../../src/video/pin-permission.js'
import type { MediaPin } from '../../src/video/pinned-url.js'

const PIN: MediaPin = { etag: '"v1"', size: 1000 }
const FILM = 'https://films.test/a.mp4'
const DATE = 'Sun, 06 Nov 1994 08:49:37 GMT'
const signal = new AbortController().signal
const PART = { etag: '"v1"', 'content-range': 'bytes 0-0/1000' }

const ask = (send: SendByCors, pin = PIN) => askPinPermission(FILM, pin, send, signal)
const responds = (status: number, headers: Record<string, string>) => async () =>
  new Response('x'.repeat(status === 304 ? 0 : 1), { status, headers })
const fails = () => Promise.reject(new TypeError('Failed to fetch'))

describe('The permission to pin requests to another origin', () => {
  it('is asked for with the fields that the worker sends', async () => {
    const send = vi.fn(responds(206, PART))
    expect(await ask(send)).toBe('granted')
    const headers = { range: 'bytes=0-0', 'if-match': '"v1"' }
    expect(send.mock.calls).toEqual([[FILM, { headers, cache: 'no-store', signal }]])
  })

  it.each([
    ['granted', 'responds with a part', responds(206, PART)],
    ['granted', 'has another version by now', responds(206, { ...PART, etag: '"v2"' })],
    ['granted', 'responds with 412, as it heeds the precondition', responds(412, {})],
    ['granted', 'has no ranges', responds(200, { etag: '"v1"' })],
    ['denied', 'hides Content-Range', responds(206, { etag: '"v1"' })],
    ['denied', 'hides ETag', responds(206, { 'content-range': 'bytes 0-0/1000' })],
    ['denied', 'hides ETag of the whole file', responds(200, {})],
    ['unknown', 'responds with 503', responds(503, {})],
    ['unknown', 'does not respond to any request', fails],
  ] as const)('is %s where another origin %s', async (permission, _which, send) => {
    expect(await ask(send)).toBe(permission)
  })

  it('is denied where CORS forbids the request, but the server responds to another one', async () => {
    const send = vi.fn<SendByCors>((_url, { mode }) =>
      mode === 'no-cors' ? responds(200, {})() : fails(),
    )
    expect(await ask(send)).toBe('denied')
    expect(send).toHaveBeenCalledTimes(3)
  })

  it('is granted where the server came back meanwhile', async () => {
    const send = vi
      .fn<SendByCors>()
      .mockImplementationOnce(fails)
      .mockImplementationOnce(responds(200, {}))
      .mockImplementationOnce(responds(206, PART))
    expect(await ask(send)).toBe('granted')
  })

  it('compares the date where the file has no strong tag', async () => {
    const pin = { size: 1000, lastModified: DATE }
    const send = vi.fn<SendByCors>(
      responds(206, { 'content-range': 'bytes 0-0/1000', 'last-modified': DATE }),
    )
    expect(await ask(send, pin)).toBe('granted')
    expect(send.mock.calls[0]?.[1].headers).toMatchObject({ 'if-unmodified-since': DATE })
  })
})
