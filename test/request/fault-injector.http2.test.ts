import { once } from 'node:events'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONTENT, FaultServer } from '../fixture/fault-server.js'
import { isReset } from '../fixture/is-reset.js'
import { RawHttp2Client } from '../fixture/raw-http2.js'

let faulty: FaultServer
beforeAll(async () => {
  faulty = await FaultServer.start({ tls: true })
})
afterAll(async () => {
  await faulty[Symbol.asyncDispose]()
})

const fault = (value: string) => ({ 'lastbyte-fault': value })
const last = async () => {
  await faulty.faults.settled()
  return faulty.faults.journal().at(-1)
}

describe('Over HTTP/2, the fault', () => {
  it.each([
    ['rst-stream;at=300000;code=2', 300_000, 2],
    ['rst-stream;at=300000;code=11', 300_000, 11],
    ['rst-stream;at=300000;code=CANCEL', 300_000, 8],
    ['rst-stream;at=300000;code=0', 300_000, 0],
    ['rst-stream;at=0;code=7', 0, 7],
    ['rst-stream;at=1;code=7', 1, 7],
    ['truncate;at=300000', 300_000, 2],
    ['truncate;at=0', 0, 2],
    ['source-error;at=300000', 300_000, 2],
    ['chunked, truncate;at=300000', 300_000, 2],
    ['garbage;at=1000;length=24', 1024, 2],
  ])(
    '%s sends the bytes before its position, then RST_STREAM, and another stream continues',
    async (value, bytes, code) => {
      using client = await RawHttp2Client.connect(faulty.server.port)
      const sibling = client.request('/f')
      const stream = client.request('/f', fault(value))
      const { data, endStream, reset } = await client.frames(stream)
      expect({ bytes: data.length, endStream, reset }).toEqual({
        bytes,
        endStream: false,
        reset: code,
      })
      const whole = await client.frames(sibling)
      expect(whole).toMatchObject({ endStream: true, reset: undefined })
      expect(whole.data.equals(CONTENT)).toBe(true)
      expect((await client.frames(client.request('/g'))).data.toString()).toBe('another file')
      expect(await last()).toMatchObject({
        outcome: 'injected',
        ended: 'rst-stream',
        confirmed: null,
      })
    },
  )

  it.each([
    ['goaway;at=300000;code=11', 300_000, 11],
    ['goaway;at=300000', 300_000, 2],
    ['goaway;at=0;code=0', 0, 0],
  ])('%s sends GOAWAY and closes the connection', async (value, bytes, code) => {
    using client = await RawHttp2Client.connect(faulty.server.port)
    const stream = client.request('/f', fault(value))
    const { data, endStream } = await client.frames(stream)
    await client.closed()
    expect({ bytes: data.length, endStream }).toEqual({ bytes, endStream: false })
    expect(client.goaway).toEqual({ lastStream: stream, code })
    expect(await last()).toMatchObject({ outcome: 'injected', ended: 'goaway' })
  })

  it('connection-reset closes the whole connection', async () => {
    using client = await RawHttp2Client.connect(faulty.server.port)
    client.socket.pause()
    const stream = client.request('/f', fault('connection-reset;at=300000'))
    await expect.poll(() => isReset(client.socket)).toBe(true)
    client.socket.resume()
    const { data, endStream } = await client.frames(stream)
    expect(endStream).toBe(false)
    expect(data.length).toBeLessThanOrEqual(300_000)
    expect(await last()).toMatchObject({ outcome: 'injected', ended: 'reset' })
  })

  it.each(['end-early;at=1000', 'chunked, end-early;at=1000'])(
    '%s ends the stream with END_STREAM',
    async (value) => {
      using client = await RawHttp2Client.connect(faulty.server.port)
      const { data, endStream, reset } = await client.frames(client.request('/f', fault(value)))
      expect({ bytes: data.length, endStream, reset }).toEqual({
        bytes: 1000,
        endStream: true,
        reset: undefined,
      })
    },
  )

  it.each(['empty-response', 'malformed-chunk;at=5'])(
    '%s has no effect, since it is not applicable',
    async (value) => {
      using client = await RawHttp2Client.connect(faulty.server.port)
      const { data, endStream } = await client.frames(client.request('/f', fault(value)))
      expect(endStream).toBe(true)
      expect(data.equals(CONTENT)).toBe(true)
      expect(await last()).toMatchObject({ outcome: 'not applicable', ended: 'complete' })
    },
  )
})

describe('Over HTTP/1.1 on TLS, the fault', () => {
  async function fetchWithFault(
    value: string,
  ): Promise<{ body: Buffer; error: string | undefined }> {
    const socket = connect({
      port: faulty.server.port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    })
    const chunks: Buffer[] = []
    let error: string | undefined
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      error = code
    })
    await once(socket, 'secureConnect')
    socket.write(`GET /f HTTP/1.1\r\nHost: localhost\r\nLastbyte-Fault: ${value}\r\n\r\n`)
    await new Promise((closed) => socket.once('close', closed))
    const received = Buffer.concat(chunks)
    const head = received.indexOf('\r\n\r\n')
    return { body: head === -1 ? received : received.subarray(head + 4), error }
  }

  it('truncate sends the bytes before its position, then FIN', async () => {
    const { body, error } = await fetchWithFault('truncate;at=300000')
    expect(body.equals(CONTENT.subarray(0, 300_000))).toBe(true)
    expect(error).toBeUndefined()
    expect(await last()).toMatchObject({ ended: 'fin', written: 300_000, confirmed: null })
  })

  it('connection-reset sends RST on the TCP connection', async () => {
    const socket = connect({
      port: faulty.server.port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
    })
    socket.on('error', () => {})
    await once(socket, 'secureConnect')
    socket.pause()
    const fault = 'connection-reset;at=300000'
    socket.write(`GET /f HTTP/1.1\r\nHost: localhost\r\nLastbyte-Fault: ${fault}\r\n\r\n`)
    await expect.poll(() => isReset(socket)).toBe(true)
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    await new Promise((closed) => socket.once('close', closed).resume())
    const received = Buffer.concat(chunks)
    const body = received.subarray(received.indexOf('\r\n\r\n') + 4)
    expect(body.length).toBeGreaterThan(0)
    expect(body.length).toBeLessThanOrEqual(300_000)
    expect(body.equals(CONTENT.subarray(0, body.length))).toBe(true)
  })

  it('empty-response sends nothing, then FIN', async () => {
    expect(await fetchWithFault('empty-response')).toEqual({
      body: Buffer.alloc(0),
      error: undefined,
    })
  })
})
