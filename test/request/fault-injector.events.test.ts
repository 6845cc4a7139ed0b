import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createFaults, faultProxy } from '../../src/testing/index.js'
import { applicationWith } from '../fixture/application.js'
import { FaultServer } from '../fixture/fault-server.js'
import { tls } from '../fixture/tls.js'

const ITEMS = [
  { id: 'a', data: '1' },
  { id: 'b', data: '2' },
  { id: 'c', data: '3' },
]
const A = 'id: a\ndata: 1\n\n'
const B = 'id: b\ndata: 2\n\n'
const C = 'id: c\ndata: 3\n\n'

/** Text that was received, and whether the message was complete. */
async function received(response: Response): Promise<{ text: string; isComplete: boolean }> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true })
    }
    return { text, isComplete: true }
  } catch {
    return { text, isComplete: false }
  }
}

describe('Faults of events act', () => {
  it.each([
    ['event-cut;event=2', `${A}id: b\ndata: 2\n`, false],
    ['event-cut;id=b;where=before;ending=complete', A, true],
    ['event-duplicate;event=1', A + A + B + C, true],
    ['event-reorder;id=b', A + C + B, true],
    ['event-id;event=2;as=repeated', `${A}id: a\ndata: 2\n\n${C}`, true],
    [
      'event-delay;event=2;ms=1, event-retry;event=3;value=soon',
      `${A + B}id: c\ndata: 3\nretry: soon\n\n`,
      true,
    ],
  ])('on an own stream: %s', async (fault, text, isComplete) => {
    const faults = createFaults({ seed: 1 })
    await using application = await applicationWith({ serve: false, faults }, (app) => {
      app.get('/events', (_request, reply) => reply.eventStream(ITEMS))
    })
    const headers = { 'lastbyte-fault': fault }
    const result = await received(await fetch(`${application.url}/events`, { headers }))
    expect(result.text.replace(/id: c:end[\s\S]*/, '')).toBe(text)
    expect(result.isComplete).toBe(isComplete)
    await faults.settled()
    const ended = isComplete ? 'complete' : 'fin'
    for (const entry of faults.journal())
      expect(entry).toMatchObject({ outcome: 'injected', ended })
  })

  it('on rows of NDJSON', async () => {
    const faults = createFaults({ seed: 1 })
    await using application = await applicationWith({ serve: false, faults }, (app) => {
      app.get('/rows', (_request, reply) => reply.ndjson([1, 2, 3]))
    })
    const headers = { 'lastbyte-fault': 'event-duplicate;event=2, event-cut;event=3;where=middle' }
    const { text, isComplete } = await received(await fetch(`${application.url}/rows`, { headers }))
    const rows = text.split('\n').slice(0, -1)
    expect(rows.map((row) => JSON.parse(row).row)).toEqual([1, 2])
    expect(isComplete).toBe(false)
  })

  it.each(['text/event-stream', 'application/x-ndjson'])('on a file as %s', async (accept) => {
    await using server = await FaultServer.start()
    const response = await server.requestWithFault('event-cut;event=2;where=before', { accept })
    expect(response.status).toBe(200)
    expect(response.body.toString()).toContain('"offset":0')
    await server.faults.settled()
    expect(server.faults.journal()).toMatchObject([{ outcome: 'injected', ended: 'fin' }])
    expect((response.body.toString().match(/"offset":0\b/g) ?? []).length).toBe(1)
  })

  const length = { 'content-length': String((A + B + C).length) }
  it.each([
    ['without a length', {}, 'event-duplicate;event=2', A + B + B + C],
    ['with a length, which is left out', length, 'event-duplicate;event=2', A + B + B + C],
    ['with one that ends too early', length, 'event-cut;event=2;where=before;ending=complete', A],
  ])('on the stream of a server behind a proxy, %s', async (_what, fields, fault, expected) => {
    const origin = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', ...fields }).end(A + B + C)
    }).listen(0, '127.0.0.1')
    await once(origin, 'listening')
    const { port } = origin.address() as AddressInfo
    const proxy = await faultProxy({ origin: `http://127.0.0.1:${port}`, seed: 1 })
    const headers = { 'lastbyte-fault': fault }
    const result = await received(await fetch(proxy.url, { headers }))
    expect(result).toEqual({ text: expected, isComplete: true })
    await proxy.close()
    origin.close()
  })

  it.each([
    ['event-cut;event=1', A + B, 'not reached'],
    ['request-fields;remove=accept-encoding, event-cut;event=2;where=before', A, 'injected'],
  ])('on nothing where the events are compressed: %s', async (fault, text, outcome) => {
    const origin = createServer((request, response) => {
      const coding = request.headers['accept-encoding'] && { 'content-encoding': 'x-none' }
      response.writeHead(200, { 'content-type': 'text/event-stream', ...coding }).end(A + B)
    }).listen(0, '127.0.0.1')
    await once(origin, 'listening')
    const { port } = origin.address() as AddressInfo
    const proxy = await faultProxy({ origin: `http://127.0.0.1:${port}`, seed: 1 })
    const headers = { 'lastbyte-fault': fault }
    expect((await received(await fetch(proxy.url, { headers }))).text).toBe(text)
    await proxy.faults.settled()
    expect(proxy.faults.journal().at(-1)).toMatchObject({ outcome })
    await proxy.close()
    origin.close()
  })

  it('over HTTP/2, where a cut is RST_STREAM', async () => {
    const origin = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(A + B + C)
    }).listen(0, '127.0.0.1')
    await once(origin, 'listening')
    const { port } = origin.address() as AddressInfo
    const proxy = await faultProxy({ origin: `http://127.0.0.1:${port}`, seed: 1, tls })
    const session = connectHttp2(proxy.url, { rejectUnauthorized: false })
    const stream = session.request({
      ':path': '/',
      'lastbyte-fault': 'event-cut;id=c;where=before',
    })
    let text = ''
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    stream.on('error', () => {})
    await new Promise((resolve) => stream.once('close', resolve))
    expect(text).toBe(A + B)
    expect(stream.rstCode).toBe(2)
    session.close()
    await proxy.close()
    origin.close()
  })
})
