import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { upstreamSource } from '../../../src/source/upstream/upstream-source.js'
import { serverWith } from '../../fixture/application.js'
import { FRONTS } from '../../fixture/forwarding-front.js'
import { RawClient } from '../../fixture/raw-http.js'
import { RawOrigin } from '../../fixture/raw-origin.js'
import { ANY_TARGET } from '../../fixture/request-targets.js'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n'

/** Sends one request; resolves to the status. */
async function send(port: number, method: string, target: string): Promise<number> {
  using client = new RawClient(port)
  const length = method === 'GET' || method === 'HEAD' ? undefined : { 'Content-Length': '0' }
  client.request(target, { Connection: 'close', ...length }, method)
  return (await client.closed()).status
}

describe.each(FRONTS)('The request target that %s forwards', (_front, start) => {
  it.each(['GET', 'HEAD', 'POST', 'OPTIONS', 'PROPFIND', 'PURGE'])(
    'is byte for byte the one that was received with %s',
    async (method) => {
      await using origin = await RawOrigin.start((_request, socket) => {
        socket.end(method === 'HEAD' ? OK : `${OK}ok`)
      })
      await using below = await start(`${origin.url}/base/`)
      await using front = await start(origin.url)
      await fc.assert(
        fc.asyncProperty(ANY_TARGET, async (target) => {
          origin.requests.length = 0
          expect([target, await send(front.port, method, target)]).toEqual([target, 200])
          expect([target, await send(below.port, method, target)]).toEqual([target, 200])
          const received = origin.requests.map(({ line }) => line)
          expect(received).toEqual([
            `${method} ${target} HTTP/1.1`,
            `${method} /base${target} HTTP/1.1`,
          ])
        }),
        { numRuns: 60 },
      )
    },
    30_000,
  )
})

describe('A request target', () => {
  it('is the same in the requests that resume a read', async () => {
    const [, startProxy] = FRONTS[1] ?? []
    await using origin = await RawOrigin.start(({ fields }, socket) => {
      const [, start = '0'] = /bytes=(\d+)-/.exec(fields.join()) ?? []
      const status = start === '0' ? '200 OK' : '206 Partial Content'
      const range = `Content-Range: bytes ${start}-9/10\r\n`
      const length = `Content-Length: ${10 - Number(start)}\r\n`
      const head = `HTTP/1.1 ${status}\r\nETag: "v"\r\n${range}${length}Connection: close\r\n\r\n`
      socket.end(head + '0123456789'.slice(Number(start)).slice(0, 4))
    })
    await using front = await startProxy?.(origin.url)
    await fc.assert(
      fc.asyncProperty(ANY_TARGET, async (target) => {
        origin.requests.length = 0
        using client = new RawClient(front?.port ?? 0)
        client.request(target, { Connection: 'close' })
        expect((await client.closed()).body.toString()).toBe('0123456789')
        expect(origin.requests.map((request) => request.target)).toEqual([target, target, target])
      }),
      { numRuns: 10 },
    )
  }, 30_000)

  it.each(FRONTS)('in absolute form reaches the origin of %s in origin form', async (_, start) => {
    await using origin = await RawOrigin.sending(`${OK}ok`)
    await using front = await start(origin.url)
    for (const method of ['GET', 'POST']) {
      await send(front.port, method, 'http://other.example/@a%2fb?%7E')
      await send(front.port, method, 'http://other.example?%7E')
    }
    const targets = ['/@a%2fb?%7E', '/?%7E', '/@a%2fb?%7E', '/?%7E']
    expect(origin.requests.map(({ target }) => target)).toEqual(targets)
  })

  it.each(FRONTS)('of OPTIONS * is forwarded by %s as it is', async (_, start) => {
    await using origin = await RawOrigin.sending(`${OK}ok`)
    await using front = await start(`${origin.url}/base`)
    expect(await send(front.port, 'OPTIONS', '*')).toBe(200)
    expect(origin.requests.map(({ line }) => line)).toEqual(['OPTIONS * HTTP/1.1'])
  })

  it.each(FRONTS)(
    'that may lead out of the path of the origin is a 400 of %s',
    async (_, start) => {
      await using origin = await RawOrigin.sending(`${OK}ok`)
      await using front = await start(`${origin.url}/base`)
      const targets = [
        '/../x',
        '/%2e%2E/x',
        '/a/..%2f../x',
        '/..%5cx',
        '/..\\x',
        '//../x',
        '/..;/x',
      ]
      for (const target of [...targets, 'http://h/../x', '/%252e%252e/x']) {
        for (const method of ['GET', 'HEAD', 'POST', 'PROPFIND']) {
          expect([target, await send(front.port, method, target)]).toEqual([target, 400])
        }
      }
      expect(origin.requests).toEqual([])
    },
  )

  it('behind a guard is refused where the guard can not know what the origin reads', async () => {
    await using origin = await RawOrigin.sending(`${OK}ok`)
    const allowedPath = (path: string) => !path.startsWith('/private/')
    await using front = await serverWith({
      source: upstreamSource({ origin: origin.url, openFor: 0 }),
      allowedPath,
    })
    expect(await send(front.port, 'GET', '/%70rivate/x')).toBe(404)
    for (const target of ['/private%2fx', '/a/../private/x', '/a/%2e%2e/private/x', '/a%5cb']) {
      expect([target, await send(front.port, 'GET', target)]).toEqual([target, 400])
    }
    expect(origin.requests).toEqual([])
    expect(await send(front.port, 'GET', '/a;b%3Bc%7e')).toBe(200)
    expect(origin.requests.map(({ target }) => target)).toEqual(['/a;b%3Bc%7e'])
  })

  it.each(FRONTS)(
    'that is signed is the one that the origin verifies behind %s',
    async (_, start) => {
      const sign = (method: string, target: string) =>
        createHmac('sha256', 'key').update(`${method} ${target}`).digest('hex')
      await using origin = await RawOrigin.start(({ line, target }, socket) => {
        const method = line.split(' ')[0] ?? ''
        const [signed = '', signature] = target.split('&X-Amz-Signature=')
        const isValid = signature === sign(method, signed)
        const body = method === 'HEAD' ? '' : 'ok'
        socket.end(`${isValid ? OK : OK.replace('200 OK', '403 Forbidden')}${body}`)
      })
      await using front = await start(origin.url)
      const scope = 'AKIA%2F20260101%2Feu-central-1%2Fs3%2Faws4_request'
      const disposition = 'attachment%3B%20filename%3D%22a%2Bb%7E%281%29.mp4%22'
      const query = `X-Amz-Credential=${scope}&response-content-disposition=${disposition}&x-id=&X-Amz-Expires=60`
      for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
        for (const path of ['/b/films/a%2Bb%20(1)%7E.mp4', "/b/a+b/it's/%40x/", '/b//double/./k']) {
          const signed = `${path}?${query}`
          const target = `${signed}&X-Amz-Signature=${sign(method, signed)}`
          expect([target, await send(front.port, method, target)]).toEqual([target, 200])
          expect(
            await send(front.port, method, target.replace('%40', '@').replace('films', 'film')),
          ).toBe(path.includes('%40') || path.includes('films') ? 403 : 200)
        }
      }
    },
  )
})
