import type { EventEmitter } from 'node:events'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NodeBody } from '../../src/transport/node-body.js'
import { SlabAgent } from '../../src/transport/slab-agent.js'
import { pattern } from '../fixture/files.js'
import { type Script, ScriptedServer } from '../fixture/scripted-server.js'

/** Waits for `close`; `once` would reject with the error that comes before it. */
const closed = (emitter: EventEmitter) =>
  new Promise<void>((resolve) => emitter.once('close', () => resolve()))

describe('NodeBody', () => {
  let agent: SlabAgent
  beforeEach(() => {
    agent = new SlabAgent({ keepAlive: true })
  })
  afterEach(() => agent.destroy())

  async function open(
    server: ScriptedServer,
    { readAhead = 1024 * 1024, isSent = true, chunks = 'kept' as 'kept' | 'lent' } = {},
  ) {
    const method = isSent ? 'GET' : 'POST'
    const request = requestHttp(server.url, { agent, method })
    request.on('error', () => {})
    if (isSent) request.end()
    else request.write('the rest is not sent')
    // Created within the event: only from there the socket can be read directly.
    const opened = await new Promise<{
      body: NodeBody
      response: IncomingMessage
      end: Promise<unknown>
    }>((resolve) => {
      request.once('response', (response) => {
        const end = new Promise((ended) => response.once('end', ended))
        resolve({ body: new NodeBody(request, response, { readAhead, chunks }), response, end })
      })
    })
    return { ...opened, request }
  }

  it('ends with an error where its response has been closed before', async () => {
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('a')
      setImmediate(() => response.destroy())
    })
    const request = requestHttp(server.url, { agent })
      .on('error', () => {})
      .end()
    const response = await new Promise<IncomingMessage>((resolve) =>
      request.once('response', resolve),
    )
    response.on('error', () => {})
    await closed(response)
    const body = new NodeBody(request, response, { readAhead: 1_000, chunks: 'kept' })
    await expect(body.next()).rejects.toThrow('the connection ended')
  })

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

  it('stops reading when readAhead bytes wait, and resumes it', async () => {
    await using server = await ScriptedServer.start(bytes(4_000_000))
    const { body, request } = await open(server, { readAhead: 100_000 })
    let before = -1
    const hasStopped = () => {
      const { bytesRead = 0 } = request.socket ?? {}
      const isSame = bytesRead >= 100_000 && bytesRead === before
      before = bytesRead
      return isSame
    }
    await expect.poll(hasStopped).toBe(true)
    expect(before).toBeLessThan(1_000_000)
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

  it.each(['kept', 'lent'] as const)('yields the bytes in order in %s chunks', async (chunks) => {
    const content = pattern(6_000_000)
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(200, { 'content-length': content.length }).end(content)
    })
    const { body } = await open(server, { chunks, readAhead: 100_000 })
    let at = 0
    for (let next = await body.next(); !next.done; next = await body.next()) {
      expect(content.subarray(at, at + next.value.length).equals(next.value)).toBe(true)
      at += next.value.length
    }
    expect(at).toBe(content.length)
  })

  it('uses the memory of lent chunks again, and that of kept ones never', async () => {
    const content = pattern(6_000_000)
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(200, { 'content-length': content.length }).end(content)
    })
    const read = async (chunks: 'kept' | 'lent') => {
      const { body } = await open(server, { chunks, readAhead: 100_000 })
      const all: Uint8Array[] = []
      for (let next = await body.next(); !next.done; next = await body.next()) all.push(next.value)
      return all
    }
    expect(Buffer.concat(await read('kept')).equals(content)).toBe(true)
    const buffers = new Set((await read('lent')).map(({ buffer }) => buffer))
    expect(buffers.size * 256 * 1024).toBeLessThan(content.length / 2)
  })

  it('never uses the memory of the last chunk again after return(), since it may still be sent', async () => {
    const content = pattern(2_000_000)
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(200, { 'content-length': content.length }).end(content)
    })
    const last: { chunk: Uint8Array; copy: Buffer }[] = []
    for (let response = 0; response < 10; response += 1) {
      const { body } = await open(server, { chunks: 'lent' })
      await body.next()
      await body.next()
      const { value } = await body.next()
      if (value !== undefined) last.push({ chunk: value, copy: Buffer.from(value) })
      await body.return()
    }
    expect(last).toHaveLength(10)
    for (const { chunk, copy } of last) expect(copy.equals(chunk)).toBe(true)
  })

  it('takes chunks that have arrived without a promise', async () => {
    await using server = await ScriptedServer.start(bytes(700_000))
    const { body, end } = await open(server)
    await end
    let received = 0
    for (let chunk = body.take(); chunk !== undefined; chunk = body.take()) received += chunk.length
    expect(received).toBe(700_000)
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
      const { body, end } = await open(server)
      await end
      await body.return()
    }
    const [first, second] = server.requests
    expect(first?.socket).toBe(second?.socket)
  })

  it('return() after the last byte and before the end of the response leaves the connection to the next request', async () => {
    let finish = () => {}
    await using server = await ScriptedServer.start((_request, response) => {
      // In chunks, which node:http parses.
      response.writeHead(200).write('a')
      finish = () => response.end('b')
    })
    const { body, request, response } = await open(server)
    const { socket } = request
    await body.next()
    const states: unknown[] = []
    // The tick before that in which Node emits the end.
    response.on('data', () => {
      process.nextTick(() => {
        states.push(response.complete, response.readableEnded)
        body.return()
      })
    })
    finish()
    if (!response.closed) await closed(response)
    // An error without a listener would be emitted here, which ends the process.
    await new Promise(setImmediate)
    expect([states, socket?.destroyed]).toEqual([[true, false], false])
  })

  it('return() after the whole response to a request that is still sent closes it', async () => {
    await using server = await ScriptedServer.start(bytes(10))
    const { body, request, end } = await open(server, { isSent: false })
    await end
    await body.return()
    if (!request.closed) await closed(request)
    expect(request.destroyed).toBe(true)
  })
})
