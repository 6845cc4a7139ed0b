import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import {
  type Continuation,
  type ReadRange,
  type ResumePort,
  resumingRead,
} from '../../src/resume/resuming-read.js'
import { FakeRetry } from '../fixture/fake-retry.js'
import { pattern } from '../fixture/files.js'

const CONTENT = pattern(1000)
const STALL = 20

/** What the server does with one request: bytes from the requested position on, and then an end. */
interface Scripted {
  readonly bytes: number
  readonly ending?: 'end' | 'cut' | 'hang' | 'more'
  /** Instead of a response. */
  readonly error?: LastbyteError
}

class ScriptedPort extends FakeRetry implements ResumePort {
  readonly requested: ReadRange[] = []
  released = 0
  readonly stall = { ms: STALL, error: () => new LastbyteError('SERVER_STALLED', 'stalled') }
  readonly short = (offset: number) => new LastbyteError('ANSWER_BROKEN', 'short', { offset })

  /** The last script is for all later requests. */
  constructor(private readonly scripts: readonly [Scripted, ...Scripted[]]) {
    super()
  }

  readonly reopen = async (rest: ReadRange): Promise<Continuation> => {
    const { scripts, requested } = this
    const script = scripts[Math.min(requested.length, scripts.length - 1)] ?? scripts[0]
    requested.push(rest)
    if (script.error) throw script.error
    return { body: this.bodyFrom(rest.start, script), end: rest.end ?? CONTENT.length }
  }

  bodyFrom(start: number, { bytes, ending = 'end' }: Scripted): AsyncIterator<Uint8Array> {
    let at = start
    const end = start + bytes
    const next = async (): Promise<IteratorResult<Uint8Array>> => {
      if (at < end) {
        const value = CONTENT.subarray(at, Math.min(at + 100, end))
        at += value.length
        return { done: false, value }
      }
      if (ending === 'hang') return new Promise(() => {})
      if (ending === 'cut') throw new LastbyteError('ANSWER_BROKEN', 'cut')
      if (ending === 'more') return { done: false, value: new Uint8Array(5) }
      return { done: true, value: undefined }
    }
    const release = async (): Promise<IteratorResult<Uint8Array>> => {
      this.released += 1
      return { done: true, value: undefined }
    }
    return { next, return: release }
  }
}

async function read(
  port: ResumePort,
  range: ReadRange = { start: 0, end: CONTENT.length },
  {
    signal = new AbortController().signal,
    first = (): AsyncIterator<Uint8Array> | undefined => undefined,
  } = {},
) {
  const chunks: Uint8Array[] = []
  let error: unknown
  try {
    for await (const chunk of resumingRead(port, range, signal, first)) chunks.push(chunk)
  } catch (thrown) {
    error = thrown
  }
  return { bytes: Buffer.concat(chunks), error }
}

const CUT: Scripted = { bytes: 150, ending: 'cut' }
const WHOLE: Scripted = { bytes: 1000 }

describe('resumingRead', () => {
  it.each<[string, [Scripted, ...Scripted[]], number[]]>([
    ['responses that are cut', [CUT], [0, 150, 300, 450, 600, 750, 900]],
    ['a response that ends early', [{ bytes: 400 }, WHOLE], [0, 400]],
    ['a response that stalls', [{ bytes: 300, ending: 'hang' }, WHOLE], [0, 300]],
    ['a response without a byte', [{ bytes: 0, ending: 'cut' }, WHOLE], [0, 0]],
    [
      'requests that fail',
      [{ bytes: 0, error: new LastbyteError('UNREACHABLE', 'down') }, WHOLE],
      [0, 0],
    ],
  ])('yields each byte once through %s', async (_what, scripts, starts) => {
    const port = new ScriptedPort(scripts)
    const { bytes, error } = await read(port)
    expect(error).toBeUndefined()
    expect(bytes.equals(CONTENT)).toBe(true)
    expect(port.requested.map(({ start }) => start)).toEqual(starts)
    expect(port.retries.map(({ offset }) => offset)).toEqual(starts.slice(1))
    expect(port.released).toBe(port.requested.length - (scripts[0].error ? 1 : 0))
  })

  it('yields exactly the range, wherever responses are cut', async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.nat(999), fc.nat(1000), cuts, async (start, length, cutsAt) => {
        const end = Math.min(start + length, CONTENT.length)
        const scripts = cutsAt.map((bytes): Scripted => ({ bytes, ending: 'cut' }))
        const port = new ScriptedPort(scripts as [Scripted, ...Scripted[]])
        const { bytes, error } = await read(port, { start, end })
        expect(error).toBeUndefined()
        expect(bytes.equals(CONTENT.subarray(start, end))).toBe(true)
      }),
    )
  })

  it('begins with a body that was judged before, and requests nothing if that is whole', async () => {
    const port = new ScriptedPort([WHOLE])
    const first = () => port.bodyFrom(200, { bytes: 800 })
    const { bytes } = await read(port, { start: 200, end: 1000 }, { first })
    expect(bytes.equals(CONTENT.subarray(200))).toBe(true)
    expect(port.requested).toEqual([])
  })

  it('ends with the body where no length is known', async () => {
    const port = new ScriptedPort([WHOLE])
    const first = () => port.bodyFrom(0, { bytes: 640 })
    const { bytes, error } = await read(port, { start: 0, end: undefined }, { first })
    expect([bytes.length, error]).toEqual([640, undefined])
  })

  it('takes the end that a later response tells, where no length was known', async () => {
    const port = new ScriptedPort([WHOLE])
    const first = () => port.bodyFrom(0, CUT)
    const { bytes, error } = await read(port, { start: 0, end: undefined }, { first })
    expect(error).toBeUndefined()
    expect(bytes.equals(CONTENT)).toBe(true)
    expect(port.requested).toEqual([{ start: 150, end: undefined }])
  })

  it('ends without another attempt where a later response tells that nothing follows', async () => {
    const port = new ScriptedPort([WHOLE])
    const reopen = async ({ start }: ReadRange) => ({ body: port.bodyFrom(0, WHOLE), end: start })
    const first = () => port.bodyFrom(0, CUT)
    const ending = Object.assign(port, { reopen })
    const { bytes, error } = await read(ending, { start: 0, end: undefined }, { first })
    expect([bytes.length, error, port.retries.length]).toEqual([150, undefined, 1])
  })

  it('yields no byte beyond those that a response announces, and requests them again', async () => {
    const excess = (offset: number) => new LastbyteError('ANSWER_BROKEN', 'excess', { offset })
    const port = new ScriptedPort([{ bytes: 50, ending: 'more' }, WHOLE])
    const { reopen } = port
    const announced = async (rest: ReadRange) => ({
      ...(await reopen(rest)),
      until: rest.start + 50,
    })
    const first = () => port.bodyFrom(0, CUT)
    const once = (rest: ReadRange) => (rest.start === 150 ? announced(rest) : reopen(rest))
    const { bytes, error } = await read(Object.assign(port, { excess, reopen: once }), undefined, {
      first,
    })
    expect(error).toBeUndefined()
    expect(bytes.equals(CONTENT)).toBe(true)
    expect(port.retries.map(({ offset }) => offset)).toEqual([150, 200])
  })

  describe('of a body that is longer than the range', () => {
    const scripts: [Scripted] = [{ bytes: 50, ending: 'more' }]
    const range = { start: 0, end: 52 }

    it('yields the range, if the port checks lengths itself', async () => {
      const { bytes, error } = await read(new ScriptedPort(scripts), range)
      expect([bytes.length, error]).toEqual([52, undefined])
    })

    it("yields none of the excess bytes, and retries after the port's error", async () => {
      const excess = (offset: number) => new LastbyteError('ANSWER_BROKEN', 'excess', { offset })
      const port = Object.assign(new ScriptedPort([{ bytes: 2 }]), { excess })
      const first = () => port.bodyFrom(0, { bytes: 50, ending: 'more' })
      const { bytes } = await read(port, range, { first })
      expect(bytes.equals(CONTENT.subarray(0, 52))).toBe(true)
      expect(port.retries).toMatchObject([{ offset: 50, error: { message: 'excess' } }])
    })
  })

  it.each<[string, LastbyteError['code']]>([
    ['changed version', 'REPRESENTATION_CHANGED'],
    ['refusal', 'REFUSED'],
  ])('ends at a %s that the port calls final, with the bytes before it', async (_what, code) => {
    const error = new LastbyteError(code, 'final')
    const port = new ScriptedPort([CUT, { bytes: 0, error }])
    const retryable = (thrown: unknown) => {
      if (thrown === error) throw error
      return thrown as LastbyteError
    }
    const outcome = await read(Object.assign(port, { retryable }))
    expect(outcome.error).toBe(error)
    expect(outcome.bytes.equals(CONTENT.subarray(0, 150))).toBe(true)
  })

  it('gives up without progress, and says where', async () => {
    const port = new ScriptedPort([CUT, { bytes: 0, ending: 'cut' }])
    const { bytes, error } = await read(port)
    expect(error).toMatchObject({ code: 'GAVE_UP', facts: { offset: 150 } })
    expect(bytes).toHaveLength(150)
    expect(port.clock.ms).toBeLessThanOrEqual(5000)
  })

  it('never gives up with progress: each byte resets the budget', async () => {
    const port = new ScriptedPort([{ bytes: 1, ending: 'cut' }])
    const { bytes, error } = await read(port)
    expect(error).toBeUndefined()
    expect(bytes.equals(CONTENT)).toBe(true)
    expect(port.clock.ms).toBeGreaterThan(50_000)
    expect(new Set(port.retries.map(({ tries }) => tries))).toEqual(new Set([1]))
  })

  it('does not count empty chunks as progress', async () => {
    const port = new ScriptedPort([{ bytes: 0, ending: 'cut' }])
    const reopen = async ({ end }: ReadRange) => {
      const body = (async function* () {
        yield new Uint8Array(0)
        throw new LastbyteError('ANSWER_BROKEN', 'cut')
      })()
      return { body, end }
    }
    const { error } = await read(Object.assign(port, { reopen }))
    expect(error).toMatchObject({ code: 'GAVE_UP' })
  })

  it('does not use up the budget while the consumer pauses', async () => {
    const port = new ScriptedPort([CUT, CUT, WHOLE])
    const { signal } = new AbortController()
    const chunks = resumingRead(port, { start: 0, end: 1000 }, signal, () => undefined)
    const received: Uint8Array[] = []
    for await (const chunk of chunks) {
      received.push(chunk)
      port.clock.ms += 60_000
    }
    expect(Buffer.concat(received).equals(CONTENT)).toBe(true)
  })

  it("rejects with the signal's reason while it waits for the next attempt", async () => {
    const controller = new AbortController()
    const reason = new Error('aborted')
    const port = new ScriptedPort([CUT])
    const wait = () => {
      controller.abort(reason)
      return port.clock.wait(100, controller.signal)
    }
    const { bytes, error } = await read(Object.assign(port, { wait }), undefined, controller)
    expect(error).toBe(reason)
    expect(bytes).toHaveLength(150)
    expect(port.requested).toHaveLength(1)
  })

  it("rejects with the signal's reason while a body hangs, releases it and leaves no listener", async () => {
    const controller = new AbortController()
    const reason = new Error('aborted')
    const port = new ScriptedPort([{ bytes: 100, ending: 'hang' }])
    const { signal } = controller
    const chunks = resumingRead(port, { start: 0, end: 1000 }, signal, () => undefined)
    await chunks.next()
    const pending = chunks.next()
    controller.abort(reason)
    await expect(pending).rejects.toBe(reason)
    expect(port.released).toBeGreaterThan(0)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('releases the body when the consumer stops early', async () => {
    const port = new ScriptedPort([WHOLE])
    const { signal } = new AbortController()
    for await (const _chunk of resumingRead(port, { start: 0, end: 1000 }, signal, () => undefined))
      break
    expect(port.released).toBe(1)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})
