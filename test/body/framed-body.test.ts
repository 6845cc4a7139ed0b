import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FrameTurns } from '../../src/body/frame-turns.js'
import { FramedBody, type FramePace } from '../../src/body/framed-body.js'
import type { Framing } from '../../src/body/framing.js'

/** Frames that show what they are made of. */
const FRAMING: Framing<string> = {
  contentType: 'text/plain',
  opening: '<open>',
  heartbeat: '<heartbeat>',
  frame: (item) => {
    if (item === 'invalid') throw new Error('invalid item')
    return `<${item}>`
  },
  flushed: () => {},
  end: () => '<end>',
  failure: () => '<failure>',
}

/** A source whose items arrive when a test says so. */
class ManualSource implements AsyncIterator<string> {
  requests = 0
  isClosed = false
  #resolve: ((result: IteratorResult<string>) => void) | undefined
  #reject: ((error: Error) => void) | undefined

  next(): Promise<IteratorResult<string>> {
    this.requests += 1
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  async return(): Promise<IteratorResult<string>> {
    this.isClosed = true
    return { done: true, value: undefined }
  }

  yield(value: string): void {
    this.#resolve?.({ done: false, value })
  }

  end(): void {
    this.#resolve?.({ done: true, value: undefined })
  }

  fail(error: Error): void {
    this.#reject?.(error)
  }
}

/** A source that never waits. */
async function* itemsOf(...items: readonly string[]): AsyncGenerator<string> {
  yield* items
}

const NO_HEARTBEAT: FramePace = { openAfter: 1000, heartbeat: 0 }
const bodyOf = (source: AsyncIterator<string>, pace = NO_HEARTBEAT) =>
  new FramedBody(source, FRAMING, pace, new FrameTurns())
const textOf = ({ value }: IteratorResult<Uint8Array>) => Buffer.from(value ?? []).toString()

/** The chunks of a body as text, until it ends. */
async function chunksOf(body: FramedBody<string>): Promise<string[]> {
  const chunks: string[] = []
  for (;;) {
    const result = await body.next()
    if (result.done) return chunks
    chunks.push(textOf(result))
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('FramedBody', () => {
  it('puts the opening first and the terminal frame last', async () => {
    expect((await chunksOf(bodyOf(itemsOf('a', 'b')))).join('')).toBe('<open><a><b><end>')
  })

  it('sends the opening and the terminal frame of a source without items', async () => {
    expect(await chunksOf(bodyOf(itemsOf()))).toEqual(['<open><end>'])
  })

  it('sends the items of one turn in one chunk and those of later turns in later chunks', async () => {
    const source = new ManualSource()
    const body = bodyOf(source)
    const first = body.next()
    source.yield('a')
    expect(textOf(await first)).toBe('<open><a>')
    const second = body.next()
    await nextTurn()
    source.yield('b')
    expect(textOf(await second)).toBe('<b>')
    const last = body.next()
    source.end()
    expect(textOf(await last)).toBe('<end>')
    expect((await body.next()).done).toBe(true)
  })

  it('sends at most one chunk in a turn, so that a source that never waits yields to others', async () => {
    const body = bodyOf(itemsOf(...Array.from({ length: 20_000 }, (_, n) => `item ${n}`)))
    let turns = 0
    let isCounting = true
    const count = () => {
      turns += 1
      if (isCounting) setImmediate(count)
    }
    setImmediate(count)
    const chunks = await chunksOf(body)
    isCounting = false
    expect(chunks.length).toBeGreaterThan(10)
    // The first chunk precedes the first turn; the last may share its turn with the one before.
    expect(turns).toBeGreaterThanOrEqual(chunks.length - 2)
  })

  it('requests no further item once 16 KiB are buffered', async () => {
    const source = itemsOf(...Array<string>(20).fill('x'.repeat(3000)))
    const [first = '', ...others] = await chunksOf(bodyOf(source))
    expect(first.length).toBe('<open>'.length + 6 * 3002)
    expect(others.length).toBeGreaterThan(2)
  })

  it('requests no item without a pending read', async () => {
    const source = new ManualSource()
    const body = bodyOf(source)
    await nextTurn()
    expect(source.requests).toBe(0)
    const read = body.next()
    source.yield('a')
    await read
    const requests = source.requests
    source.yield('b')
    await nextTurn()
    expect(source.requests).toBe(requests)
  })

  it('delivers an error of the source after the text that precedes it', async () => {
    const body = bodyOf(
      (async function* () {
        yield 'a'
        throw new Error('disk failed')
      })(),
    )
    expect(textOf(await body.next())).toBe('<open><a>')
    await expect(body.next()).rejects.toThrow('disk failed')
  })

  it('delivers an error that the source throws synchronously', async () => {
    const source: AsyncIterator<string> = {
      next: () => {
        throw new Error('not a promise')
      },
    }
    await expect(bodyOf(source).next()).rejects.toThrow('not a promise')
  })

  it('delivers an error of the framing after the text that precedes it, and closes the source', async () => {
    const source = new ManualSource()
    const body = bodyOf(source)
    const read = body.next()
    source.yield('a')
    expect(textOf(await read)).toBe('<open><a>')
    const failed = body.next()
    source.yield('invalid')
    await expect(failed).rejects.toMatchObject({
      code: 'BAD_EVENT',
      cause: expect.objectContaining({ message: 'invalid item' }),
    })
    expect(source.isClosed).toBe(true)
  })

  it('ignores what the source does after return, and settles the pending read as done', async () => {
    const source = new ManualSource()
    const body = bodyOf(source)
    const read = body.next()
    const returned = body.return()
    expect(await read).toEqual({ done: true, value: undefined })
    expect(await returned).toEqual({ done: true, value: undefined })
    expect(source.isClosed).toBe(true)
    source.yield('late')
    source.fail(new Error('too late'))
    expect((await body.next()).done).toBe(true)
    expect(source.requests).toBe(1)
  })

  it('ignores an error of the source after return', async () => {
    const source = new ManualSource()
    const body = bodyOf(source)
    const read = body.next()
    await body.return()
    source.fail(new Error('too late'))
    expect((await read).done).toBe(true)
  })

  it('accepts a source without a return method', async () => {
    const body = bodyOf({ next: () => new Promise(() => {}) })
    expect((await body.return()).done).toBe(true)
  })
})

describe('FramedBody, while its source yields nothing,', () => {
  const PACE: FramePace = { openAfter: 50, heartbeat: 1000 }

  it('opens the stream with a heartbeat after openAfter', async () => {
    const body = bodyOf(new ManualSource(), PACE)
    const read = body.next()
    vi.advanceTimersByTime(50)
    expect(textOf(await read)).toBe('<open><heartbeat>')
    await body.return()
  })

  it('sends a heartbeat when that many ms have passed since the last chunk', async () => {
    const source = new ManualSource()
    const body = bodyOf(source, PACE)
    const first = body.next()
    source.yield('a')
    await first
    await nextTurn()
    vi.advanceTimersByTime(900)
    const second = body.next()
    source.yield('b')
    expect(textOf(await second)).toBe('<b>')
    await nextTurn()
    let isSettled = false
    const third = body.next().then((result) => {
      isSettled = true
      return result
    })
    vi.advanceTimersByTime(999)
    await nextTurn()
    expect(isSettled).toBe(false)
    vi.advanceTimersByTime(1)
    expect(textOf(await third)).toBe('<heartbeat>')
    await body.return()
  })

  it('sends no heartbeat while no read is pending, since the client accepts nothing', async () => {
    const source = new ManualSource()
    const body = bodyOf(source, PACE)
    const first = body.next()
    source.yield('a')
    await first
    vi.advanceTimersByTime(10_000)
    await nextTurn()
    const second = body.next()
    source.yield('b')
    expect(textOf(await second)).toBe('<b>')
    await body.return()
  })

  it('sends no heartbeat with the interval 0, and keeps no timer', async () => {
    const source = new ManualSource()
    const body = bodyOf(source, { openAfter: 50, heartbeat: 0 })
    const first = body.next()
    source.yield('a')
    await first
    expect(vi.getTimerCount()).toBe(0)
    await body.return()
  })

  it('keeps no timer where its reader stops at a heartbeat', async () => {
    const body = bodyOf(new ManualSource(), PACE)
    const received: string[] = []
    body.pull({
      text(text) {
        received.push(text)
        body.return()
      },
      end() {},
      fail() {},
    })
    vi.advanceTimersByTime(50)
    expect(received).toEqual(['<open><heartbeat>'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keeps no timer after its end', async () => {
    await chunksOf(bodyOf(itemsOf('a'), PACE))
    const body = bodyOf(new ManualSource(), PACE)
    await body.return()
    expect(vi.getTimerCount()).toBe(0)
  })
})
