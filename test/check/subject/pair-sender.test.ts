import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { SentRequest } from '../../../src/check/subject/exchange.js'
import { PairSender } from '../../../src/check/subject/pair-sender.js'
import { freePort } from '../../fixture/free-port.js'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** A server that writes the texts one after the other, each when a header section has arrived. */
async function answering(...texts: readonly string[]) {
  const sockets = new Set<Socket>()
  const requests: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    let received = ''
    let answered = 0
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
      const [request, rest] = received.split('\r\n\r\n', 2)
      if (rest === undefined) return
      requests.push(request ?? '')
      received = rest
      const text = texts[answered]
      answered += 1
      if (text === undefined) socket.end()
      else socket.write(text, 'latin1')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    requests,
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/f?x=%2f`),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Options {
  readonly first?: Partial<SentRequest>
  readonly signal?: AbortSignal
  readonly timeout?: number
}

function send(
  url: URL,
  { first = {}, signal = new AbortController().signal, timeout = 10_000 }: Options = {},
) {
  let bytes = 0
  const onBytes = (more: number) => {
    bytes += more
  }
  const sender = new PairSender({ timeout, insecure: false, onBytes, signal })
  const request = { method: 'GET', url, version: '1.1', fields: { host: 'a' } } as const
  const following = sender.send({ ...request, ...first }, { ...request, fields: { host: 'b' } })
  return { following, bytes: () => bytes }
}

describe('two requests on a connection', () => {
  it('get a response each', async () => {
    const second = 'HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\nA: b\r\n\r\nx'
    await using server = await answering(OK, second)
    const { following, bytes } = send(server.url)
    expect(await following).toMatchObject({
      kind: 'response',
      first: { status: 200, body: Buffer.from('ok'), request: { fields: { host: 'a' } } },
      second: { status: 206, body: Buffer.from('x'), end: 'complete' },
    })
    expect(server.requests).toEqual([
      'GET /f?x=%2f HTTP/1.1\r\nHost: a',
      'GET /f?x=%2f HTTP/1.1\r\nHost: b',
    ])
    expect(bytes()).toBe(OK.length + second.length)
  })

  it.each([
    ['a body that is longer than its length', `${OK}!`, 'GET', '!HTTP/1.1'],
    ['an end of line that is too much', `${OK}\r\n`, 'GET', '\r\nHTTP/1.1'],
    ['a body behind HEAD', OK, 'HEAD', 'okHTTP/1.1'],
    [
      'a body behind a 304',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nok',
      'GET',
      'okHTTP/1.1',
    ],
  ])('show %s', async (_, text, method, stray) => {
    await using server = await answering(text, OK)
    const following = await send(server.url, { first: { method } }).following
    expect(following.kind).toBe('stray')
    if (following.kind !== 'stray') return
    // The response to the second request may still be under way.
    const bytes = following.bytes.toString('latin1')
    expect(stray.startsWith(bytes) || bytes.startsWith(stray)).toBe(true)
  })

  it.each([
    ['says that it closes the connection', OK.replace('\r\n', '\r\nConnection: close\r\n')],
    ['speaks HTTP/1.0', OK.replace('1.1', '1.0')],
    ['closes the connection', OK],
    ['sends a body up to the end of the connection', 'HTTP/1.1 200 OK\r\n\r\nok'],
    [
      'sends more than is read',
      `HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n${'x'.repeat(70_000)}`,
    ],
  ])('tell nothing of a server that %s', async (_, text) => {
    await using server = await answering(text)
    expect(await send(server.url).following).toEqual({ kind: 'none' })
  })

  it('fail where the server sends nothing for the timeout', async () => {
    await using server = await answering('', OK)
    const { following } = send(server.url, { timeout: 50 })
    await expect(following).rejects.toMatchObject({ code: 'SERVER_STALLED' })
  })

  it('fail where the server does not listen', async () => {
    const url = new URL(`http://127.0.0.1:${await freePort()}/`)
    await expect(send(url).following).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  it('end with the signal', async () => {
    await using server = await answering('', OK)
    const abort = new AbortController()
    const { following } = send(server.url, { signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(following).rejects.toThrow('enough')
  })
})
