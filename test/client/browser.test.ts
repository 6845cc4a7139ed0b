import { afterEach, describe, expect, it, vi } from 'vitest'
import * as browser from '../../src/client/browser.js'
import * as node from '../../src/client/index.js'

afterEach(() => void vi.unstubAllGlobals())

describe("the browser's entry of the client", () => {
  it("exports the same functions as Node's, but no download to a file", () => {
    const names = Object.keys(node).filter((name) => name !== 'download')
    expect(Object.keys(browser).sort()).toEqual(names.sort())
  })

  it('requests by fetch, without the cache, and resolves relative URLs against the page', async () => {
    const requests: [string, RequestInit][] = []
    vi.stubGlobal('location', { href: 'http://page.example/a/b.html' })
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      requests.push([url, init])
      return new Response('hello', { headers: { etag: '"v1"', 'content-length': '5' } })
    })
    // The entry keeps the fetch that the page had when it was loaded.
    vi.resetModules()
    const { resumableStream } = await import('../../src/client/browser.js')
    const { body, etag } = await resumableStream('clip.mp4')
    expect([await new Response(body).text(), etag]).toEqual(['hello', '"v1"'])
    expect(requests[0]?.[0]).toBe('http://page.example/a/clip.mp4')
    expect(requests[0]?.[1]).toMatchObject({ cache: 'no-store' })
  })
})
