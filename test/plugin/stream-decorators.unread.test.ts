import { once } from 'node:events'
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import { FaultLayer } from '../../src/fault/fault-layer.js'
import { applicationWith } from '../fixture/application.js'
import { RawClient } from '../fixture/raw-http.js'

type Send = (reply: FastifyReply, source: never) => unknown

const SEND: Readonly<Record<string, Send>> = {
  eventStream: (reply, source) => reply.eventStream(source),
  ndjson: (reply, source) => reply.ndjson(source),
}

interface Case {
  readonly method?: string
  readonly fields?: Record<string, string>
  /** Replaces the call of the decorator. */
  readonly call?: (send: Send, reply: FastifyReply, source: never) => unknown
}

/** Requests and calls to which lastbyte responds without reading the source. */
const CASES: Readonly<Record<string, Case>> = {
  HEAD: { method: 'HEAD' },
  'a client that has received the terminal frame': { fields: { 'Last-Event-ID': '1:end' } },
  'a malformed fault in the request': { fields: { 'Lastbyte-Fault': 'nothing; at=1' } },
  'a fault that replaces the response': { fields: { 'Lastbyte-Fault': 'status; status=503' } },
  'an option that is refused': {
    call: (_send, reply, source) => reply.eventStream(source, { heartbeat: -1 }),
  },
  'a field of the application that cannot be sent': {
    call(send, reply, source) {
      reply.header('x-bad', 'a\nb')
      return send(reply, source)
    },
  },
  'a second stream of one reply': {
    call(send, reply, source) {
      send(reply, ['first'] as never)
      return send(reply, source)
    },
  },
  'a reply that was sent before': {
    call(send, reply, source) {
      reply.send('sent')
      return send(reply, source)
    },
  },
}

describe.each(Object.keys(SEND))('The source of reply.%s that is not read', (name) => {
  const send = SEND[name] as Send

  async function request({ method, fields, call }: Case, source: () => unknown): Promise<number> {
    const faults = new FaultLayer(1)
    await using app = await applicationWith({ serve: false, faults }, (instance) => {
      instance.get('/', (_request, reply) =>
        call === undefined ? send(reply, source() as never) : call(send, reply, source() as never),
      )
    })
    using client = new RawClient(app.port)
    client.request('/', { Connection: 'close', ...fields }, method)
    const { status } = await client.closed()
    await expect.poll(() => app.app.transfers.running.size).toBe(0)
    return status
  }

  it.each(Object.entries(CASES))('may be a promise that rejects: %s', async (_what, given) => {
    // The rejection would be unhandled, which fails this test.
    const error = Object.freeze(new Error('rejected'))
    expect(await request(given, () => Promise.reject(error))).toBeGreaterThanOrEqual(200)
    const later = () => new Promise((_, reject) => setTimeout(() => reject(null), 5))
    await request(given, later)
    await request(given, () => [1, Promise.reject(error)])
    await new Promise((resolve) => setTimeout(resolve, 10))
  })

  it.each(Object.entries(CASES))('is closed where it is a stream: %s', async (_what, given) => {
    const streams: Readable[] = []
    const open = () => {
      const stream = new Readable({ objectMode: true, read() {} })
      streams.push(stream)
      return stream
    }
    await request(given, open)
    await request(given, async () => open())
    let cancelled = 0
    const cancel = () => {
      cancelled += 1
      throw null
    }
    await request(given, () => new ReadableStream({ cancel }))
    await request(given, async () => new ReadableStream({ cancel }))
    for (const stream of streams) if (!stream.destroyed) await once(stream, 'close')
    expect(streams).toHaveLength(2)
    await expect.poll(() => cancelled).toBe(2)
  })
})
