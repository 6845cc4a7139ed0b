import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { StreamReader } from '../../src/body/stream-source.js'

const CONTEXT = { lastEventId: '7' }
const readerOf = (source: unknown) => new StreamReader<unknown, object>(source as [], CONTEXT)

/** The items of a reader until it ends. */
async function itemsOf(reader: StreamReader<unknown, object>): Promise<unknown[]> {
  const items: unknown[] = []
  for (;;) {
    const { done, value } = await reader.next()
    if (done) return items
    items.push(value)
  }
}

async function* generated(): AsyncGenerator<number> {
  yield* [1, 2]
}

const SOURCES: readonly { readonly what: string; readonly make: () => unknown }[] = [
  { what: 'an array', make: () => [1, 2] },
  { what: 'a Set', make: () => new Set([1, 2]) },
  { what: 'an async generator', make: generated },
  { what: 'a web stream', make: () => webStream(1, 2) },
  { what: 'a Node stream', make: () => Readable.from([1, 2]) },
]

function webStream(...items: readonly number[]): ReadableStream<number> {
  return new ReadableStream({
    start(controller) {
      for (const item of items) controller.enqueue(item)
      controller.close()
    },
  })
}

describe('StreamReader reads', () => {
  it.each(SOURCES)('$what', async ({ make }) => {
    expect(await itemsOf(readerOf(make()))).toEqual([1, 2])
  })

  it.each(SOURCES)('a promise of $what', async ({ make }) => {
    expect(await itemsOf(readerOf(Promise.resolve(make())))).toEqual([1, 2])
  })

  it.each(SOURCES)('a function that returns $what', async ({ make }) => {
    expect(await itemsOf(readerOf(() => make()))).toEqual([1, 2])
  })

  it.each(SOURCES)('an async function that returns $what', async ({ make }) => {
    expect(await itemsOf(readerOf(async () => make()))).toEqual([1, 2])
  })
})

describe('StreamReader refuses', () => {
  it.each([
    { what: 'undefined', source: undefined },
    { what: 'null', source: null },
    { what: 'a number', source: 5 },
    { what: 'a string', source: 'text' },
    { what: 'an object without an iterator', source: {} },
  ])('$what with BAD_EVENT, at once or when a function returns it', async ({ source }) => {
    const refused = expect.objectContaining({ code: 'BAD_EVENT', facts: { member: 'source' } })
    expect(() => readerOf(source)).toThrow(refused)
    await expect(readerOf(() => source).next()).rejects.toEqual(refused)
    await expect(readerOf(Promise.resolve(source)).next()).rejects.toEqual(refused)
  })
})

describe('StreamReader', () => {
  it('calls a function with the context when the first item is requested, and only once', async () => {
    const contexts: unknown[] = []
    const reader = readerOf((context: unknown) => {
      contexts.push(context)
      return [1, 2]
    })
    expect(contexts).toEqual([])
    await itemsOf(reader)
    expect(contexts).toEqual([CONTEXT])
  })

  it('never calls a function if it is closed before the first item', async () => {
    const reader = readerOf(() => {
      throw new Error('called')
    })
    expect((await reader.return()).done).toBe(true)
    expect((await reader.next()).done).toBe(true)
  })

  it('delivers a rejected promise with the first item, and not as an unhandled rejection', async () => {
    const reader = readerOf(Promise.reject(new Error('no database')))
    await nextTurn()
    await expect(reader.next()).rejects.toThrow('no database')
  })

  it('delivers an error that a Node stream emitted before it was read', async () => {
    const stream = new PassThrough()
    const reader = readerOf(stream)
    stream.destroy(new Error('broken pipe'))
    await nextTurn()
    await expect(reader.next()).rejects.toThrow('broken pipe')
  })

  it('destroys a Node stream at once, even while an item is pending', async () => {
    const stream = new PassThrough({ objectMode: true })
    const reader = readerOf(stream)
    const read = reader.next().catch(() => {})
    const closed = once(stream, 'close')
    await reader.return()
    await closed
    await read
    expect(stream.destroyed).toBe(true)
  })

  it('cancels a web stream at once, even while an item is pending', async () => {
    let isCancelled = false
    const cancel = () => {
      isCancelled = true
    }
    const reader = readerOf(new ReadableStream({ cancel }))
    const read = reader.next()
    await reader.return()
    expect(isCancelled).toBe(true)
    expect((await read).done).toBe(true)
  })

  it.each([
    { what: 'an iterator', key: Symbol.iterator },
    { what: 'an async iterator', key: Symbol.asyncIterator },
  ])('returns $what', async ({ key }) => {
    let returned = 0
    const iterator = {
      next: () => ({ done: false, value: 1 }),
      return: () => {
        returned += 1
        return { done: true, value: undefined }
      },
    }
    const reader = readerOf({ [key]: () => iterator })
    await reader.next()
    await reader.return()
    expect(returned).toBe(1)
    expect((await reader.next()).done).toBe(true)
  })

  it('closes an iterator without a return method', async () => {
    const reader = readerOf({ [Symbol.iterator]: () => ({ next: () => ({ done: true }) }) })
    expect((await reader.return()).done).toBe(true)
    const async = readerOf({
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true }) }),
    })
    expect((await async.return()).done).toBe(true)
  })

  it('closes a source that was still pending when it was closed itself', async () => {
    const stream = new PassThrough()
    let arrive: (stream: PassThrough) => void = () => {}
    const pending = new Promise<PassThrough>((resolve) => {
      arrive = resolve
    })
    const reader = readerOf(() => pending)
    const read = reader.next()
    await reader.return()
    arrive(stream)
    expect((await read).done).toBe(true)
    expect(stream.destroyed).toBe(true)
  })
})
