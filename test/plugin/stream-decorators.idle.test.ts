import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { applicationWith } from '../fixture/application.js'
import { RawClient } from '../fixture/raw-http.js'

const CLIENTS = 20

/** Counts the instances of a global class and the calls of a global function that the clients of a test cause. */
function counters() {
  const counts = { controllers: 0, timers: 0 }
  const Original = AbortController
  class Counted extends Original {
    constructor() {
      super()
      counts.controllers += 1
    }
  }
  const { setTimeout: original } = globalThis
  const counting = (...values: Parameters<typeof original>) => {
    counts.timers += 1
    return Reflect.apply(original, globalThis, values)
  }
  onTestFinished(() => void vi.unstubAllGlobals())
  vi.stubGlobal('AbortController', Counted)
  vi.stubGlobal('setTimeout', Object.assign(counting, original))
  return counts
}

describe('an open event stream', () => {
  it('has no abort controller, no timer and few listeners of its own', async () => {
    const responses: ServerResponse[] = []
    await using app = await applicationWith({ serve: false }, (app) => {
      app.get('/', (_request, reply) => {
        responses.push(reply.raw)
        return reply.eventStream(
          (async function* () {
            yield 'first'
            await once(reply.raw, 'close')
          })(),
        )
      })
    })
    const open = async () => {
      const client = new RawClient(app.port)
      client.request('/')
      // A poll would have timers of its own.
      while (!client.received.includes('data: first'))
        await client.until(client.received.length + 1)
      return client
    }
    // The first one starts what all share.
    const clients = [await open()]
    const counts = counters()
    // At once: the longer it takes, the more checks of all connections are due.
    clients.push(...(await Promise.all(Array.from({ length: CLIENTS - 1 }, open))))
    expect(app.app.transfers.running.size).toBe(CLIENTS)
    expect(counts.controllers).toBe(0)
    expect(counts.timers).toBeLessThan(CLIENTS / 5)
    for (const response of responses) {
      // Of node:http, the pipeline limit, the transfer, the awaited reply, and the source above; Fastify's for its log.
      expect(response.listenerCount('close')).toBeLessThanOrEqual(5)
      expect(response.listenerCount('finish')).toBeLessThanOrEqual(2)
      // Of node:http alone, as long as no request is pipelined behind it.
      expect(response.socket?.listenerCount('close')).toBe(2)
    }
    for (const client of clients) client[Symbol.dispose]()
    await expect.poll(() => app.app.transfers.running.size).toBe(0)
  })
})
