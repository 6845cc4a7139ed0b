import { describe, expect, it, vi } from 'vitest'
import { mayPin } from '../../src/video/pin-permission.js'
import type { MediaPin } from '../../src/video/pinned-url.js'

const PIN: MediaPin = { etag: '"v1"', size: 1000 }
const URL_OF_FILM = 'https://films.test/a.mp4'
const DATE = 'Sun, 06 Nov 1994 08:49:37 GMT'
const signal = new AbortController().signal
const PART = { etag: '"v1"', 'content-range': 'bytes 0-0/1000' }

function permission(fetch: typeof globalThis.fetch, pin = PIN, url = URL_OF_FILM) {
  return mayPin(
    url,
    pin,
    { fetch, origin: 'https://page.test', credentials: 'same-origin' },
    signal,
  )
}

const responds = (status: number, headers: Record<string, string>) => async () =>
  new Response('x', { status, headers })

describe('Whether the worker may read a file', () => {
  it('is not asked for the origin of the page', async () => {
    const fetch = vi.fn()
    for (const url of ['https://page.test/a.mp4', '/a.mp4']) {
      expect(await permission(fetch, PIN, url)).toBe(true)
    }
    expect(fetch).not.toHaveBeenCalled()
  })

  it('is asked of another origin with the fields that the worker sends', async () => {
    const fetch = vi.fn(responds(206, PART))
    expect(await permission(fetch)).toBe(true)
    expect(fetch.mock.calls).toEqual([
      [
        URL_OF_FILM,
        {
          headers: { range: 'bytes=0-0', 'if-match': '"v1"' },
          credentials: 'same-origin',
          cache: 'no-store',
          signal,
        },
      ],
    ])
  })

  it.each([
    ['forbids the request', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['hides Content-Range', responds(206, { etag: '"v1"' })],
    ['hides ETag', responds(206, { 'content-range': 'bytes 0-0/1000' })],
    ['has another version by now', responds(206, { ...PART, etag: '"v2"' })],
    ['responds with 412', responds(412, PART)],
    ['responds with the whole file', responds(200, { etag: '"v1"' })],
    ['responds with 503', responds(503, {})],
  ])('is denied where another origin %s', async (_which, fetch) => {
    expect(await permission(fetch)).toBe(false)
  })

  it('is granted where a server without ranges responds with the whole file', async () => {
    expect(await permission(responds(200, { etag: '"v1"' }), { ...PIN, ranges: 'none' })).toBe(true)
  })

  it('compares the date where the file has no strong tag', async () => {
    const pin = { size: 1000, lastModified: DATE }
    const fetch = vi.fn(responds(206, { ...PART, 'last-modified': DATE }))
    expect(await permission(fetch, pin)).toBe(true)
    expect(fetch.mock.calls).toMatchObject([
      [URL_OF_FILM, { headers: { 'if-unmodified-since': DATE } }],
    ])
  })
})
