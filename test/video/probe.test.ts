import { describe, expect, it, vi } from 'vitest'
import { probe } from '../../src/video/probe.js'

const PAGE = 'https://page.example'
const URL_HERE = `${PAGE}/a.mp4`
const URL_THERE = 'https://media.example/a.mp4'
const FIELDS = { etag: '"a"', 'content-range': 'bytes 0-0/900', 'content-type': 'video/mp4' }
const VERSION = { etag: '"a"', size: 900, modified: undefined, type: 'video/mp4' }

type Answer = (request: Request) => Response
/** Responds by method and mode, as a server and the browser in front of it do. */
function probeOf(
  url: string,
  answers: Record<string, Answer>,
  signal = new AbortController().signal,
) {
  const requests: Request[] = []
  const fetch = vi.fn(async (input: unknown, init: RequestInit = {}) => {
    // Node's Request refuses no-cors methods that browsers permit.
    const { mode = 'cors', ...rest } = init
    const request = new Request(input as string, rest)
    requests.push(request)
    const answer = answers[`${request.method} ${mode}`]
    if (answer === undefined) throw new TypeError('Failed to fetch')
    return answer(request)
  })
  const port = {
    fetch,
    now: () => Date.UTC(2026, 0),
    origin: PAGE,
    credentials: 'same-origin',
  } as const
  return { requests, fetch, result: probe(url, port, signal) }
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response(null, { status: code, headers })

describe('probe', () => {
  it('requests the first byte past the HTTP cache', async () => {
    const { requests, fetch, result } = probeOf(URL_HERE, { 'GET cors': status(206, FIELDS) })
    expect(await result).toEqual({ kind: 'available', version: VERSION })
    expect(requests.map(({ headers }) => headers.get('range'))).toEqual(['bytes=0-0'])
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({
      cache: 'no-store',
      credentials: 'same-origin',
    })
  })

  it('cancels the body of a server that ignores Range', async () => {
    const cancel = vi.fn()
    const body = new ReadableStream({ cancel })
    const { result } = probeOf(URL_HERE, {
      'GET cors': () => new Response(body, { headers: { etag: '"a"' } }),
    })
    expect(await result).toMatchObject({ kind: 'available', version: { etag: '"a"' } })
    expect(cancel).toHaveBeenCalledOnce()
  })

  it.each([
    [503, {}, undefined],
    [503, { 'retry-after': '7' }, 7_000],
    [503, { 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }, 60_000],
    [503, { 'retry-after': 'soon' }, undefined],
    [429, { 'retry-after': '0' }, 0],
    [500, {}, undefined],
    [502, {}, undefined],
    [504, {}, undefined],
    [408, {}, undefined],
    [425, {}, undefined],
  ])('takes a %i with %o for a server that may respond later', async (code, headers, after) => {
    const { result } = probeOf(URL_HERE, { 'GET cors': status(code, headers) })
    expect(await result).toEqual({ kind: 'later', status: code, after })
  })

  it.each([[400], [401], [403], [404], [410], [451], [501]])(
    'takes a %i for final',
    async (code) => {
      const { result } = probeOf(URL_HERE, { 'GET cors': status(code) })
      expect(await result).toEqual({ kind: 'refused', status: code })
    },
  )

  it('takes a 416 for an empty file', async () => {
    const { result } = probeOf(URL_HERE, {
      'GET cors': status(416, { 'content-range': 'bytes */0' }),
    })
    expect(await result).toMatchObject({ kind: 'available', version: { size: 0 } })
  })

  it('takes a relative URL that gets no response for one of the page’s own origin', async () => {
    expect(await probeOf('/live.m3u8', {}).result).toEqual({ kind: 'unreachable' })
  })

  it('takes no response of the page’s own origin for an unreachable server, after one request', async () => {
    const { requests, result } = probeOf(URL_HERE, {})
    expect(await result).toEqual({ kind: 'unreachable' })
    expect(requests).toHaveLength(1)
  })

  it('requests the size by HEAD where neither ETag nor Content-Range may be read', async () => {
    const { requests, result } = probeOf(URL_THERE, {
      'GET cors': status(206, { 'content-length': '1' }),
      'HEAD cors': status(200, { 'content-length': '900' }),
    })
    expect(await result).toMatchObject({ kind: 'available', version: { size: 900 } })
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'HEAD'])
  })

  it('does without the size where HEAD is refused', async () => {
    const { result } = probeOf(URL_HERE, { 'GET cors': status(206), 'HEAD cors': status(405) })
    expect(await result).toMatchObject({ kind: 'available', version: { size: undefined } })
  })

  it('tells a server of another origin that forbids reading from one that is down', async () => {
    const forbidding = probeOf(URL_THERE, { 'HEAD no-cors': status(200) })
    expect(await forbidding.result).toEqual({ kind: 'available', version: undefined })
    expect(await probeOf(URL_THERE, {}).result).toEqual({ kind: 'unreachable' })
  })

  it('sends no second request after it was aborted', async () => {
    const { requests, result } = probeOf(URL_THERE, {}, AbortSignal.abort())
    expect(await result).toEqual({ kind: 'unreachable' })
    expect(requests.length).toBeLessThan(2)
  })
})
