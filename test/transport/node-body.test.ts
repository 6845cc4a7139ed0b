import { type EventEmitter, once } from 'node:events'
import { Agent, request as requestHttp } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NodeBody } from '../../src/transport/node-body.js'
import { type Script, ScriptedServer } from '../fixture/scripted-server.js'

/** Waits for `close`; `once` would reject with the error that comes before it. */
const closed = (emitter: EventEmitter) =>
  new Promise<void>((resolve) => emitter.once('close', () => resolve()))

describe('NodeBody', () => {
  let agent: Agent
  beforeEach(() => {
    agent = new Agent({ keepAlive: true })
  })
  afterEach(() => agent.destroy())

  async function open(server: ScriptedServer, { readAhead = 1024 * 1024, isSent = true } = {}) {
    const method = isSent ? 'GET' : 'POST'
    const request = requestHttp(server.url, { agent, method })
    request.on('error', () => {})
    if (isSent) request.end()
    else request.write('the rest is not sent')
    const [response] = await once(request, 'response')
    return { body: new NodeBody(request, response, readAhead), request, response }
  }

  const bytes = (size: number): Script => {
    return (_request, response) => {
      response.writeHead(200, { 'content-length': size }).end(Buffer.alloc(size, 7))
    }
  }

  it('yields the bytes that arrived before the connection broke, then the error', async () => {
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('x'.repeat(40), () => response.destroy())
    })
    const { body, response } = await open(server)
    await closed(response)
    let received = 0
    await expect(
      (async () => {
        for (let next = await body.next(); !next.done; next = await body.next()) {
          received += next.value.length
        }
      })(),
    ).rejects.toThrow()
    expect(received).toBe(40)
    await expect(body.next()).rejects.toThrow()
  })

  it('pauses the response when readAhead bytes wait, and resumes it', async () => {
    await using server = await ScriptedServer.start(bytes(4_000_000))
    const { body, response } = await open(server, { readAhead: 100_000 })
    await once(response, 'pause')
    let received = 0
    for (let next = await body.next(); !next.done; next = await body.next()) {
      received += next.value.length
    }
    expect(received).toBe(4_000_000)
  })

  it('stays done after its end', async () => {
    await using server = await ScriptedServer.start(bytes(0))
    const { body } = await open(server)
    expect(await body.next()).toEqual({ done: true, value: undefined })
    expect(await body.next()).toEqual({ done: true, value: undefined })
  })

  it('return() in the middle closes the connection', async () => {
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('x')
    })
    const { body, request } = await open(server)
    await body.next()
    await body.return()
    if (!request.closed) await closed(request)
    expect(request.destroyed).toBe(true)
  })

  it('return() after the whole response leaves the connection to the next request', async () => {
    await using server = await ScriptedServer.start(bytes(10))
    for (const _request of [1, 2]) {
      const { body, response } = await open(server)
      await once(response, 'end')
      await body.return()
    }
    const [first, second] = server.requests
    expect(first?.socket).toBe(second?.socket)
  })

  it('return() after the whole response to a request that is still sent closes it', async () => {
    await using server = await ScriptedServer.start(bytes(10))
    const { body, request, response } = await open(server, { isSent: false })
    await once(response, 'end')
    await body.return()
    if (!request.closed) await closed(request)
    expect(request.destroyed).toBe(true)
  })
})
