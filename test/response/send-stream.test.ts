import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { RowFraming } from '../../src/body/row-framing.js'
import { createContext } from '../../src/request/context.js'
import { sendStream } from '../../src/response/send-stream.js'
import { settleStreams } from '../../src/settings/stream-settings.js'
import { CONTEXT_SETTINGS } from '../fixture/delivery.js'

/** Sends a stream with these items; returns the response, and the records of transfers. */
async function sent(
  items: () => AsyncIterator<unknown>,
  {
    method = 'GET',
    headers = {} as Record<string, string>,
    signal = undefined as AbortSignal | undefined,
  } = {},
) {
  const app = Fastify({ exposeHeadRoutes: false })
  const context = createContext(app, CONTEXT_SETTINGS)
  const records: unknown[] = []
  app.transfers.observe(({ outcome }) => records.push(outcome))
  const handler = (_request: unknown, reply: Parameters<typeof sendStream>[1]) => {
    const stream = {
      items,
      framing: new RowFraming(() => 0),
      settings: settleStreams({ heartbeat: 0 }),
      stops: 'at once',
    } as const
    sendStream(context, reply, stream, signal)
    return reply
  }
  app.route({ method: ['GET', 'HEAD'], url: '/', handler })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const response = await fetch(url, { method, headers })
  const text = await response.text()
  await app.close()
  return { status: response.status, text, records, running: app.transfers.running.size }
}

function source(...values: unknown[]) {
  let released = 0
  const items = () => {
    let next = 0
    const iterator: AsyncIterator<unknown> = {
      async next() {
        const value = values[next]
        next += 1
        if (value instanceof Error) throw value
        return next > values.length ? { done: true, value: undefined } : { done: false, value }
      },
      async return() {
        released += 1
        return { done: true, value: undefined }
      },
    }
    return iterator
  }
  return { items, released: () => released }
}

describe('sendStream', () => {
  it('sends the rows and an end frame, and settles one transfer', async () => {
    const { status, text, records, running } = await sent(source(1, 2).items)
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect([status, lines.map(({ type }) => type)]).toEqual([200, ['data', 'data', 'end']])
    expect([records, running]).toEqual([['complete'], 0])
  })

  it.each<[string, unknown, number]>([
    ['an error', new Error('secret'), 500],
    ['an error with a status', Object.assign(new Error('no such row'), { statusCode: 404 }), 404],
  ])(
    'sends an error status for %s before the first row, and releases the source',
    async (_what, error, status) => {
      const { items, released } = source(error)
      const result = await sent(items)
      expect([result.status, result.text.includes('secret')]).toEqual([status, false])
      expect([result.records, result.running, released()]).toEqual([[], 0, expect.any(Number)])
    },
  )

  it('sends a 500 where the source can’t be opened', async () => {
    const result = await sent(() => {
      throw null
    })
    expect([result.status, result.records, result.running]).toEqual([500, [], 0])
  })

  it.each<[string, object, number]>([
    ['HEAD', { method: 'HEAD' }, 200],
    ['a terminal Last-Event-ID', { headers: { 'last-event-id': '3:end' } }, 204],
  ])('does not read the source for %s, and releases it', async (_what, request, status) => {
    const { items, released } = source(1)
    const result = await sent(items, request)
    expect([result.status, result.text, result.records, released()]).toEqual([status, '', [], 1])
  })

  it('sends a 503 for a stream whose signal is already aborted', async () => {
    const result = await sent(source(1).items, { signal: AbortSignal.abort() })
    expect(result.status).toBe(503)
  })
})
