import { connect } from 'node:http2'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import { type Application, applicationWith } from '../fixture/application.js'
import { fail, THROWN } from '../fixture/thrown-values.js'

/** What applications yield. */
const YIELDED: Record<string, () => unknown> = {
  null: () => null,
  undefined: () => undefined,
  'a symbol': () => Symbol('item'),
  'a function': () => () => {},
  bytes: () => Buffer.from('bytes'),
  'a rejected promise': () => Promise.reject(new Error('item')),
  'an id with a line feed': () => ({ id: 'a\nb', data: 'x' }),
  'an id with a NUL': () => ({ id: 'a\0b', data: 1n }),
  'an id whose conversion throws': () => ({ id: { toString: fail }, data: { toJSON: fail } }),
  'data that is cyclic': () => {
    const cyclic: Record<string, unknown> = { id: 2 }
    cyclic.data = cyclic
    return cyclic
  },
  'data that is a bigint': () => ({ id: 2, data: 1n }),
  'data whose toJSON throws null': () => ({ id: 2, data: { toJSON: failWithNull } }),
  'an object whose getter throws': () =>
    Object.defineProperty({}, 'data', { enumerable: true, get: fail }),
  'a proxy whose traps throw': () => new Proxy({}, { get: fail, ownKeys: fail }),
}

function failWithNull(): never {
  throw null
}

type Event = { id: number; data: string }
const FIRST: Event = { id: 1, data: 'first' }

/** Ways to produce a first item and then an error. */
const FAILING: Record<string, (error: unknown) => unknown> = {
  'an async generator that throws': async function* (error: unknown) {
    yield FIRST
    throw error
  },
  'a generator that throws': function* (error: unknown) {
    yield FIRST
    throw error
  },
  'a Readable that is destroyed': (error) => {
    const items = [FIRST]
    return new Readable({
      objectMode: true,
      read() {
        const item = items.shift()
        if (item === undefined) this.destroy(error as Error)
        else this.push(item)
      },
    })
  },
  'a Readable whose read throws': (error) => {
    const items = [FIRST]
    return new Readable({
      objectMode: true,
      read() {
        const item = items.shift()
        if (item === undefined) throw error
        this.push(item)
      },
    })
  },
  'a WHATWG stream that errors': (error) => {
    const items = [FIRST]
    return new ReadableStream({
      pull(controller) {
        const item = items.shift()
        if (item === undefined) controller.error(error)
        else controller.enqueue(item)
      },
    })
  },
  'an iterator whose next and return throw': (error) => {
    const items = [FIRST]
    const next = () => {
      const value = items.shift()
      if (value === undefined) throw error
      return { done: false, value }
    }
    const end = () => {
      throw error
    }
    return { [Symbol.asyncIterator]: () => ({ next, return: end }) }
  },
  'a promise that rejects': (error) => Promise.reject(error),
  'a function that throws': (error) => () => {
    throw error
  },
  'an async function that rejects': (error) => async () => {
    throw error
  },
}

/** Ways to produce a first item and then a value. */
const YIELDING: Record<string, (value: () => unknown) => unknown> = {
  'a generator': function* (value) {
    yield FIRST
    yield value()
  },
  'an async generator': async function* (value) {
    yield FIRST
    yield value()
  },
  'a WHATWG stream': (value) =>
    new ReadableStream(
      {
        start: (controller) => controller.enqueue(FIRST),
        pull(controller) {
          controller.enqueue(value())
          controller.close()
        },
      },
      { highWaterMark: 0 },
    ),
  'an iterator of results that are no objects': (value) => {
    const results = [() => ({ done: false, value: FIRST }), value]
    return { [Symbol.asyncIterator]: () => ({ next: async () => results.shift()?.() }) }
  },
}

const SEND = {
  eventStream: (reply: FastifyReply, source: unknown) => reply.eventStream(source as []),
  ndjson: (reply: FastifyReply, source: unknown) => reply.ndjson(source as []),
}

let source: () => unknown
const unhandled: unknown[] = []
const note = (error: unknown) => void unhandled.push(error)
let http1: Application
let http2: FastifyInstance
let http2Url: string

beforeAll(async () => {
  process.on('unhandledRejection', note).on('uncaughtException', note)
  const routes = (app: FastifyInstance) => {
    for (const [name, send] of Object.entries(SEND)) {
      app.get(`/${name}`, (_request, reply) => send(reply, source()))
    }
  }
  http1 = await applicationWith({ serve: false }, routes)
  http2 = Fastify({ http2: true }) as unknown as FastifyInstance
  await http2.register(lastbyte, { serve: false })
  routes(http2)
  http2Url = await http2.listen({ host: '127.0.0.1', port: 0 })
})

afterAll(async () => {
  process.off('unhandledRejection', note).off('uncaughtException', note)
  await http1[Symbol.asyncDispose]()
  await http2.close()
})

afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled.splice(0)).toEqual([])
})

/** A connection that ends after an error frame must not be used again. */
const CLOSE = { connection: 'close' }

/** ms within which a response must end. A second is enough for it, but not for a machine that is busy with others. */
const LIMIT = 5000

/** The body of the response, which must end; `cut` where it visibly ends short. */
async function bodyOf(path: string, given: () => unknown): Promise<string> {
  source = given
  const signal = AbortSignal.timeout(LIMIT)
  try {
    return await (await fetch(`${http1.url}${path}`, { headers: CLOSE, signal })).text()
  } catch (error) {
    signal.throwIfAborted()
    return `cut: ${error}`
  }
}

async function http2BodyOf(path: string, given: () => unknown): Promise<string> {
  source = given
  const session = connect(http2Url)
  try {
    const request = session.request({ ':path': path })
    request.setTimeout(LIMIT, () => session.destroy())
    return await text(request)
  } finally {
    session.close()
  }
}

/** Whether the client can see that the stream has failed. */
const FAILED = /event: error\n|"type":"error"|"status":\d|^cut: /

describe.each(Object.keys(SEND))('reply.%s, of a source that fails', (send) => {
  it('tells the client whatever is thrown, and keeps the process', async () => {
    for (const [way, make] of Object.entries(FAILING)) {
      for (const [what, thrown] of Object.entries(THROWN)) {
        expect(await bodyOf(`/${send}`, () => make(thrown())), `${way}: ${what}`).toMatch(FAILED)
      }
    }
  })

  it('tells a client of HTTP/2 too', async () => {
    const make = FAILING['an async generator that throws'] as (error: unknown) => unknown
    for (const [what, thrown] of Object.entries(THROWN)) {
      expect(await http2BodyOf(`/${send}`, () => make(thrown())), what).toMatch(FAILED)
    }
  })

  it('ends the response for any value that is thrown', async () => {
    const ways = fc.constantFrom(...Object.values(FAILING))
    const property = fc.asyncProperty(ways, fc.anything(), async (make, thrown) => {
      expect(await bodyOf(`/${send}`, () => make(thrown))).toMatch(FAILED)
    })
    await fc.assert(property, { numRuns: 100 })
  })
})

describe.each(Object.keys(SEND))('reply.%s, of a source that yields anything', (send) => {
  it('ends the response for each value, and keeps the process', async () => {
    for (const [way, make] of Object.entries(YIELDING)) {
      for (const [what, value] of Object.entries(YIELDED)) {
        const body = await bodyOf(`/${send}`, () => make(value))
        expect(body, `${way}: ${what}`).toMatch(/event: (error|end)\n|"type":"(error|end)"/)
      }
    }
  })

  it('ends the response for any value that is yielded', async () => {
    const ways = fc.constantFrom(...Object.values(YIELDING))
    const anything = fc.anything({ withBigInt: true, withSparseArray: true, withTypedArray: true })
    const property = fc.asyncProperty(ways, anything, async (make, value) => {
      expect(await bodyOf(`/${send}`, () => make(() => value))).toMatch(
        /event: (error|end)|"type":"(error|end)"/,
      )
    })
    await fc.assert(property, { numRuns: 100 })
  })
})

describe('An event that cannot be sent', () => {
  const unsendable = Object.entries(YIELDED).filter(([what]) => what !== 'a rejected promise')
  it.each(unsendable)(
    'is final, so that EventSource does not meet it again: %s',
    async (_what, value) => {
      const body = await bodyOf('/eventStream', () => [FIRST, value()])
      expect(body).toContain('id: 1:failed\n')
      expect(body).toContain('"retryable":false')
    },
  )
})

describe('A promise within an item', () => {
  const rejected = () => Promise.reject(new Error('not handled by the application'))

  it.each<[string, () => unknown]>([
    ['the data', () => ({ id: 2, data: rejected() })],
    ['a member of the data', () => ({ id: 2, data: { a: rejected() } })],
    ['an element of the data', () => ({ id: 2, data: [rejected()] })],
  ])('is final, and its rejection does not end the process: %s', async (_where, value) => {
    const items = function* () {
      yield FIRST
      yield value()
    }
    for (const path of ['/eventStream', '/ndjson']) {
      const body = await bodyOf(path, items)
      expect(body).toMatch(/event: error\n|"type":"error"/)
      expect(body).toContain('"retryable":false')
    }
  })
})
