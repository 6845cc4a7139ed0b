import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { fetchTransport } from '../../../src/client/platform/fetch-transport.js'
import { ScriptedServer } from '../../fixture/scripted-server.js'

const SIGNAL = new AbortController().signal
const send = fetchTransport()

/** A fetch that rejects as a platform does: with a TypeError whose cause says why. */
const rejecting = (why: string) =>
  fetchTransport(() => Promise.reject(new TypeError('fetch failed', { cause: new Error(why) })))

describe('fetchTransport', () => {
  it('sends the fields and resolves with status, fields and body', async () => {
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(206, { etag: '"v1"', 'content-range': 'bytes 0-3/9' }).end('abcd')
    })
    const fields = { range: 'bytes=0-3', accept: 'video/mp4' }
    const { status, field, body } = await send({ url: server.url, fields, signal: SIGNAL })
    expect(status).toBe(206)
    expect(field('etag')).toBe('"v1"')
    expect(field('content-range')).toBe('bytes 0-3/9')
    expect(field('last-modified')).toBeUndefined()
    const { value } = await body.next()
    expect(Buffer.from(value ?? []).toString()).toBe('abcd')
    expect(await body.next()).toEqual({ done: true, value: undefined })
    expect(server.requests[0]?.headers).toMatchObject(fields)
  })

  it('bypasses the cache of the platform, which could combine ranges of versions', async () => {
    const inits: (RequestInit | undefined)[] = []
    const recording = fetchTransport(async (_url, init) => {
      inits.push(init)
      return new Response('x')
    })
    await recording({ url: 'http://host.test/f', fields: {}, signal: SIGNAL })
    expect(inits).toMatchObject([{ cache: 'no-store', signal: SIGNAL }])
  })

  it.each([
    [undefined, false],
    ['identity', false],
    ['gzip', true],
    ['GZIP, br', true],
    ['gzip, x-unknown', false],
  ])('says of Content-Encoding %s whether fetch removes it: %s', async (coding, isDecoded) => {
    const headers = coding === undefined ? {} : { 'content-encoding': coding }
    const coded = fetchTransport(async () => new Response('x', { headers }))
    const answer = await coded({ url: 'http://host.test/f', fields: {}, signal: SIGNAL })
    expect(answer.isDecoded).toBe(isDecoded)
  })

  it('has an empty body for a response without one', async () => {
    const { body } = await fetchTransport(async () => new Response(null, { status: 204 }))({
      url: 'http://host.test/f',
      fields: {},
      signal: SIGNAL,
    })
    expect(await body.next()).toEqual({ done: true, value: undefined })
    expect(await body.return?.()).toEqual({ done: true, value: undefined })
  })

  it('closes the connection when the body is returned', async () => {
    const connections: ServerResponse[] = []
    await using server = await ScriptedServer.start((_request, response) => {
      connections.push(response)
      response.write('a')
    })
    const { body } = await send({ url: server.url, fields: {}, signal: SIGNAL })
    await body.next()
    await body.return?.()
    await expect.poll(() => connections[0]?.destroyed).toBe(true)
  })

  it('throws from the body that ends early', async () => {
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(200, { 'content-length': 5 })
      response.write('a', () => response.destroy())
    })
    const { body } = await send({ url: server.url, fields: {}, signal: SIGNAL })
    const readAll = async () => {
      while (!(await body.next()).done);
    }
    await expect(readAll()).rejects.toThrow()
  })

  it('rejects with UNREACHABLE for a failed connection, without the query of the URL', async () => {
    const transport = rejecting('connect ECONNREFUSED')
    const url = 'http://host.test/f?signature=secret'
    await expect(transport({ url, fields: {}, signal: SIGNAL })).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: 'Cannot reach http://host.test/f?…: connect ECONNREFUSED',
      facts: { url: 'http://host.test/f?…', reason: 'connection' },
    })
  })

  it.each(['redirect count exceeded', 'URL scheme must be a HTTP(S) scheme', 'bad port'])(
    'rejects with REFUSED when fetch refuses the URL: %s',
    async (why) => {
      const request = { url: 'http://host.test/f?signature=secret', fields: {}, signal: SIGNAL }
      const error = await rejecting(why)(request).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'REFUSED' })
      expect(String(error)).not.toContain('secret')
    },
  )

  it('lets a browser follow the redirects that it hides, and refuses an end at http:', async () => {
    const redirects: (string | undefined)[] = []
    const browser = fetchTransport(async (_url, init) => {
      redirects.push(init?.redirect)
      const hidden = init?.redirect === 'manual'
      const response = hidden ? Response.error() : new Response('x')
      const members = hidden
        ? { type: 'opaqueredirect', status: 0 }
        : { type: 'default', status: 200, url: 'http://other.test/f' }
      const properties = Object.entries(members).map(([name, value]) => [name, { value }])
      return Object.defineProperties(response, Object.fromEntries(properties))
    })
    const get = (url: string) => browser({ url, fields: {}, signal: SIGNAL })
    expect((await get('http://host.test/f')).status).toBe(200)
    await expect(get('https://host.test/f')).rejects.toMatchObject({ code: 'REFUSED' })
    // A second request would be one more for each redirect.
    expect(redirects).toEqual(['manual', 'follow', 'follow'])
  })

  it('rejects with the reason of an aborted signal', async () => {
    const reason = new Error('enough')
    const aborted = { url: 'http://host.test/f', fields: {}, signal: AbortSignal.abort(reason) }
    await expect(send(aborted)).rejects.toBe(reason)
    await expect(rejecting('aborted')(aborted)).rejects.toBe(reason)
  })
})
