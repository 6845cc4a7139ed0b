import { EventEmitter, once } from 'node:events'
import { Agent } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sendNodeRequest } from '../../src/transport/node-request.js'
import { SlabAgent } from '../../src/transport/slab-agent.js'
import { pattern } from '../fixture/files.js'
import { RawResponseServer, sendPieces } from '../fixture/raw-response-server.js'

const latin1 = (text: string) => Buffer.from(text, 'latin1')

/** What a client receives of one response. */
async function receive(agent: Agent, url: URL, { method = 'GET' } = {}) {
  const { signal } = new AbortController()
  const received: Buffer[] = []
  try {
    const response = await sendNodeRequest({ agent, url, method, fields: {}, signal })
    const { status, body } = response
    let error: string | undefined
    try {
      for (let next = await body.next(); !next.done; next = await body.next()) {
        received.push(Buffer.from(next.value))
      }
    } catch (thrown) {
      error = (thrown as NodeJS.ErrnoException).code ?? 'no code'
    }
    // The agent keeps the connection from the next turn on.
    await turn()
    return { status, bytes: Buffer.concat(received), error }
  } catch (thrown) {
    // The parser's codes depend on the division into packets too.
    const { code = 'none' } = thrown as NodeJS.ErrnoException
    return { refused: code.replace(/^HPE_.*/, 'HPE') }
  }
}

describe('receiveDirectly', () => {
  let agent: SlabAgent
  beforeEach(() => {
    agent = new SlabAgent({ keepAlive: true })
  })
  afterEach(() => agent.destroy())

  const content = pattern(700_000)
  const head = (fields: string) => latin1(`HTTP/1.1 200 OK\r\n${fields}\r\n\r\n`)
  const sized = (length: number) => head(`Content-Length: ${length}`)

  it('keeps the connection in step, whatever the length', async () => {
    const lengths = [1, 100, 65_536, 262_144, 262_145, 700_000, 0, 5]
    await using server = await RawResponseServer.start((socket, nth) => {
      const length = lengths[nth - 1] ?? 0
      return sendPieces(socket, [sized(length), content.subarray(0, length)])
    })
    for (const length of lengths) {
      const { bytes, error } = await receive(agent, server.url)
      expect(error).toBeUndefined()
      expect(bytes?.equals(content.subarray(0, length)), `${length} bytes`).toBe(true)
    }
    expect(server.requests).toEqual(lengths.map((_length, index) => index + 1))
  })

  it('keeps it in step for requests that wait for a connection', async () => {
    await using server = await RawResponseServer.start((socket) =>
      sendPieces(socket, [sized(content.length), content]),
    )
    const single = new SlabAgent({ keepAlive: true, maxSockets: 1 })
    const all = await Promise.all([1, 2, 3].map(() => receive(single, server.url)))
    single.destroy()
    for (const { bytes } of all) expect(bytes?.equals(content)).toBe(true)
    expect(server.requests).toEqual([1, 2, 3])
  })

  it('bypasses the parser after the header section, whose listeners then leave the socket', async () => {
    await using server = await RawResponseServer.start((socket) =>
      sendPieces(socket, [
        sized(content.length),
        content.subarray(0, 10),
        content.subarray(10, 20),
        content.subarray(20),
      ]),
    )
    let parsed = 0
    const created = agent.createConnection.bind(agent)
    agent.createConnection = (options) => {
      const socket = created(options)
      socket?.on('data', (bytes) => {
        parsed += bytes.length
      })
      return socket
    }
    // The listener of this test counts as one that the parser left, so the connection is not kept.
    const { bytes } = await receive(agent, server.url)
    expect(bytes?.equals(content)).toBe(true)
    expect(parsed).toBeLessThan(content.length / 2)
  })

  it.each([
    ['in the chunk of the last byte', 0],
    ['in a later chunk', 1],
  ])('bytes after the body, %s, are never the next response', async (_when, turns) => {
    const evil = latin1('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil')
    await using server = await RawResponseServer.start(async (socket) => {
      await sendPieces(socket, [sized(300_000), content.subarray(0, 100_000)])
      const rest = content.subarray(100_000, 300_000)
      await sendPieces(socket, turns === 0 ? [Buffer.concat([rest, evil])] : [rest, evil])
    })
    const wanted = content.subarray(0, 300_000)
    for (let request = 1; request <= 3; request += 1) {
      const { bytes, error } = await receive(agent, server.url)
      expect(error).toBeUndefined()
      expect(bytes?.equals(wanted)).toBe(true)
      await expect.poll(() => server.sockets.size).toBe(0)
    }
    expect(server.requests).toEqual([1, 1, 1])
  })

  it.each([
    ['a FIN', 'end'],
    ['a RST', 'resetAndDestroy'],
  ] as const)('yields what arrived before %s, and then throws', async (_name, close) => {
    const arrived = new EventEmitter()
    await using server = await RawResponseServer.start(async (socket) => {
      await sendPieces(socket, [sized(700_000), content.subarray(0, 400_000)])
      await once(arrived, 'all')
      socket[close]()
    })
    const { signal } = new AbortController()
    const { body } = await sendNodeRequest({ agent, url: server.url, fields: {}, signal })
    let received = 0
    const reading = (async () => {
      for (let next = await body.next(); !next.done; next = await body.next()) {
        received += next.value.length
        if (received === 400_000) arrived.emit('all')
      }
    })()
    await expect(reading).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(received).toBe(400_000)
  })

  it('stops the origin while nothing is read, and continues', async () => {
    const size = 64 * 1024 * 1024
    let sent = 0
    await using server = await RawResponseServer.start(async (socket) => {
      socket.write(sized(size))
      const piece = Buffer.alloc(1024 * 1024, 7)
      for (; sent < size && !socket.destroyed; sent += piece.length) {
        await new Promise((written) => socket.write(piece, written))
      }
    })
    const { signal } = new AbortController()
    const { body } = await sendNodeRequest({ agent, url: server.url, fields: {}, signal })
    let before = -1
    const hasStopped = () => {
      const isSame = sent === before
      before = sent
      return isSame
    }
    await expect.poll(hasStopped, { interval: 100, timeout: 10_000 }).toBe(true)
    expect(sent).toBeLessThan(size / 2)
    let received = 0
    for (let next = await body.next(); !next.done; next = await body.next()) {
      received += next.value.length
    }
    expect(received).toBe(size)
  })

  it('receives what node:http alone receives, for any header section and any division into packets', async () => {
    let pieces: Uint8Array[] = []
    await using server = await RawResponseServer.start(async (socket) => {
      await sendPieces(socket, pieces)
      socket.end()
    })
    const length = fc.constantFrom(
      '0',
      '5',
      '40',
      '041',
      '40 ',
      ' 40',
      '+40',
      '-1',
      '0x28',
      '4e1',
      '40,40',
      '40, 41',
      '',
      '1'.repeat(30),
      '９',
    )
    const eol = fc.constantFrom<string>('\r\n', '\r\n', '\r\n', '\n', '\r')
    const line = fc.oneof(
      length.map((value) => `Content-Length:${value}`),
      length.map((value) => `content-length: ${value}`),
      fc.constantFrom(
        'Transfer-Encoding: chunked',
        'transfer-encoding: gzip',
        'Transfer-Encoding: identity',
      ),
      fc.constantFrom(
        'Connection: close',
        'Connection: keep-alive',
        'X: 1',
        'X: 1\r\n 2',
        'X : 1',
        'Upgrade: h2c',
        'Content-Length : 40',
        ' Content-Length: 40',
        'Content\0-Length: 40',
        `X: ${'y'.repeat(20_000)}`,
      ),
    )
    const response = fc.record({
      start: fc.constantFrom(
        'HTTP/1.1 200 OK',
        'HTTP/1.1 206 Partial Content',
        'HTTP/1.0 200 OK',
        'HTTP/1.1 204 No Content',
        'HTTP/1.1 304 Not Modified',
        'HTTP/1.1 404 Not Found',
        'HTTP/1.1 200',
        'HTTP/2 200 OK',
        'HTTP/1.1 103 Early',
        'HTTP/1.1  200 OK',
      ),
      lines: fc.oneof(
        {
          weight: 2,
          arbitrary: fc.constant([['Content-Length: 40', '\r\n']] as [string, string][]),
        },
        { weight: 3, arbitrary: fc.array(fc.tuple(line, eol), { maxLength: 4 }) },
      ),
      body: fc.constantFrom(
        '0123456789'.repeat(4),
        '0123456789'.repeat(4),
        '01234',
        '0123456789'.repeat(5),
        '5\r\n01234\r\n0\r\n\r\n',
        '',
      ),
      cuts: fc.array(fc.nat(200), { maxLength: 5 }),
      method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD'),
    })
    await fc.assert(
      fc.asyncProperty(response, async ({ start, lines, body, cuts, method }) => {
        const fields = lines.map(([text, end]) => text + end).join('')
        const all = latin1(`${start}\r\n${fields}\r\n${body}`)
        const places = [0, ...cuts.map((cut) => cut % (all.length + 1)), all.length]
        places.sort((one, other) => one - other)
        pieces = places.slice(1).map((end, index) => all.subarray(places[index], end))
        pieces = pieces.filter((piece) => piece.length > 0)
        // New connections: bytes after a body would be those of the next response where node:http alone reads.
        const agents = [SlabAgent, Agent].map((Each) => new Each({ keepAlive: true }))
        const outcomes = agents.map((each) => receive(each, server.url, { method }))
        const [direct, parsed] = await Promise.all(outcomes)
        for (const each of agents) each.destroy()
        expect(direct).toEqual(parsed)
      }),
      { numRuns: 400 },
    )
  })
})
