import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createFaults, type FaultLayer, faultProxy } from '../../src/testing/index.js'
import { applicationWith } from '../fixture/application.js'
import { tls } from '../fixture/tls.js'

interface Front {
  readonly port: number
  readonly faults: FaultLayer
  close(): Promise<unknown>
}

/** An origin that responds with the length of the body, behind a proxy. */
async function proxied(options: { tls?: typeof tls } = {}): Promise<Front> {
  const origin = createServer(async (request, response) => {
    let length = 0
    try {
      for await (const chunk of request) length += chunk.length
      response.end(`received ${length}`)
    } catch {
      response.destroy()
    }
  }).listen(0, '127.0.0.1')
  await once(origin, 'listening')
  const { port } = origin.address() as AddressInfo
  const proxy = await faultProxy({ origin: `http://127.0.0.1:${port}`, seed: 1, ...options })
  const close = async () => {
    await proxy.close()
    origin.closeAllConnections()
    origin.close()
  }
  return { port: proxy.port, faults: proxy.faults, close }
}

/** A route of an application, whose parser reads the body. */
async function application(): Promise<Front> {
  const faults = createFaults({ seed: 1 })
  const app = await applicationWith({ serve: false, faults }, (fastify) => {
    fastify.addContentTypeParser(
      '*',
      { parseAs: 'buffer' },
      async (_request: unknown, body: Buffer) => body,
    )
    fastify.post('/f', async ({ body }) => `received ${(body as Buffer).length}`)
  })
  return { port: app.port, faults, close: () => app[Symbol.asyncDispose]() }
}

async function receivedBy(socket: Socket): Promise<{ text: string; ended: string }> {
  let text = ''
  let ended = 'fin'
  socket.on('error', () => {
    ended = 'reset'
  })
  socket.setEncoding('utf8').on('data', (each: string) => {
    text += each
  })
  await new Promise((resolve) => socket.once('close', resolve))
  return { text, ended }
}

function upload(port: number, fault: string, body: string, fields = ''): Socket {
  const socket = connect(port, '127.0.0.1')
  const length = fields.includes('chunked') ? '' : `Content-Length: ${body.length}\r\n`
  const head = `POST /f HTTP/1.1\r\nHost: a\r\nLastbyte-Fault: ${fault}\r\nContent-Type: a/b\r\n${length}${fields}\r\n`
  const chunks = fields.includes('chunked')
    ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    : body
  socket.write(head + (fields.includes('Expect') ? '' : chunks))
  return socket
}

const CLOSE = 'Connection: close\r\n'
const CHUNKED = `${CLOSE}Transfer-Encoding: chunked\r\n`
const BODY = 'x'.repeat(100_000)

describe.each([
  ['a proxy', proxied],
  ['an application', application],
] as const)('Faults of request bodies in %s', (_front, open) => {
  it.each([
    ['upload-stall;after=1000;ms=1', CLOSE, /^HTTP\/1\.1 200 .*received 100000/s, 100_000],
    ['upload-stall;after=1000;ms=1', CHUNKED, /^HTTP\/1\.1 200 .*received 100000/s, 100_000],
    ['upload-throttle;rate=10000000', CLOSE, /^HTTP\/1\.1 200 .*received 100000/s, 100_000],
    ['upload-status;after=1000;status=413', CLOSE, /^HTTP\/1\.1 413 /, undefined],
    ['upload-status;after=1000;status=413', CHUNKED, /^HTTP\/1\.1 413 /, undefined],
    ['upload-status;status=503;retry-after=2', CLOSE, /^HTTP\/1\.1 503 .*retry-after: 2/is, 0],
  ])('%s of %j: %s', async (fault, fields, expected, received) => {
    const front = await open()
    const { text } = await receivedBy(upload(front.port, fault, BODY, fields))
    expect(text).toMatch(expected)
    await front.faults.settled()
    const [entry] = front.faults.journal()
    expect(entry).toMatchObject({
      outcome: 'injected',
      ...(received !== undefined && { received }),
    })
    expect(entry?.received).toBeGreaterThanOrEqual(received ?? 1000)
    await front.close()
  })

  it('upload-reset resets the connection', async () => {
    const front = await open()
    const { ended } = await receivedBy(upload(front.port, 'upload-reset;after=1000', BODY))
    expect(ended).toBe('reset')
    await front.faults.settled()
    expect(front.faults.journal()).toMatchObject([{ outcome: 'injected', ended: 'reset' }])
    await front.close()
  })

  it('a body that does not continue past the position is received as usual', async () => {
    const front = await open()
    const socket = upload(front.port, 'upload-status;after=100000;status=413', BODY, CLOSE)
    expect((await receivedBy(socket)).text).toContain('received 100000')
    await front.faults.settled()
    expect(front.faults.journal()).toMatchObject([{ outcome: 'not reached', received: 100_000 }])
    await front.close()
  })
})

it.each([
  ['upload-status;status=413', '', /^HTTP\/1\.1 413 /, 'complete'],
  ['upload-status;after=1000;status=413', '', /^HTTP\/1\.1 413 /, 'complete'],
  ['upload-status;after=1000;status=413', CHUNKED, /^HTTP\/1\.1 413 /, 'complete'],
  ['upload-status;after=1000;status=413;rest=discarded', CLOSE, /^HTTP\/1\.1 413 /, 'complete'],
  ['upload-reset', '', /^$/, 'reset'],
  ['upload-reset;after=1000', '', /^$/, 'reset'],
])(
  '%s of %j also acts on a kept connection to the origin',
  async (fault, fields, expected, ended) => {
    const front = await proxied()
    await (await fetch(`http://127.0.0.1:${front.port}/first`)).text()
    const { text } = await receivedBy(upload(front.port, fault, BODY, fields))
    expect(text).toMatch(expected)
    await front.faults.settled()
    expect(front.faults.journal()).toMatchObject([{ outcome: 'injected', ended }])
    await front.close()
  },
)

it('with rest=discarded the connection can be used again', async () => {
  const front = await proxied()
  const fault = 'upload-status;after=10;status=413;rest=discarded'
  const socket = upload(front.port, fault, BODY)
  socket.write(`GET /f HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`)
  const { text } = await receivedBy(socket)
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200'])
  await front.close()
})

it('a client that expects 100 gets the status of a fault at once, and 100 without one', async () => {
  const front = await proxied()
  const expects = `${CLOSE}Expect: 100-continue\r\n`
  const refused = await receivedBy(upload(front.port, 'upload-status;status=417', BODY, expects))
  expect(refused.text).toMatch(/^HTTP\/1\.1 417 /)
  const socket = upload(front.port, 'upload-throttle;rate=10000000', BODY, expects)
  const continued = receivedBy(socket)
  socket.once('data', () => socket.write(BODY))
  expect((await continued).text).toMatch(/^HTTP\/1\.1 100 .*HTTP\/1\.1 200 .*received 100000/s)
  await front.close()
})

it('over HTTP/2 a reset is RST_STREAM with its code, and a status precedes the end of the body', async () => {
  const front = await proxied({ tls })
  const session = connectHttp2(`https://127.0.0.1:${front.port}`, { rejectUnauthorized: false })
  const send = async (fault: string) => {
    const stream = session.request({ ':method': 'POST', ':path': '/f', 'lastbyte-fault': fault })
    stream.on('error', () => {}).on('data', () => {})
    let status: unknown
    stream.on('response', (fields) => {
      status = fields[':status']
    })
    stream.write(Buffer.alloc(50_000))
    await new Promise((resolve) => stream.once('close', resolve))
    return { status, code: stream.rstCode }
  }
  expect(await send('upload-reset;after=1000;code=REFUSED_STREAM')).toEqual({
    status: undefined,
    code: 7,
  })
  expect(await send('upload-status;after=1000;status=413')).toEqual({ status: 413, code: 0 })
  session.close()
  await front.close()
})

it('over HTTP/2 a client that resets the stream before the response has left', async () => {
  const front = await proxied({ tls })
  const session = connectHttp2(`https://127.0.0.1:${front.port}`, { rejectUnauthorized: false })
  const stream = session.request({
    ':method': 'POST',
    ':path': '/f',
    'lastbyte-fault': 'upload-stall;after=1000',
  })
  stream.on('error', () => {})
  stream.write(Buffer.alloc(50_000))
  await expect.poll(() => front.faults.journal()[0]?.outcome).toBe('injected')
  stream.close(8)
  await front.faults.settled()
  expect(front.faults.journal()).toMatchObject([{ status: null, ended: 'left' }])
  session.close()
  await front.close()
})
