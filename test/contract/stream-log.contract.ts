import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogLimits } from '../../src/stream-log/log-limits.js'
import type {
  LogBatch,
  LogEnding,
  LoggedEvent,
  LogProducer,
  LogReader,
  LogTail,
  NewEvent,
  StreamLog,
} from '../../src/stream-log/stream-log.js'
import { inForm } from '../fixture/long-form.js'

/** A store of one test. */
export interface LogStage extends AsyncDisposable {
  readonly log: StreamLog
  /** A log of the same store, as another worker or node has it. */
  readonly other: StreamLog
}

export const textOf = (n: number | string) => `data: ${n}\n\n`
export const newEvent = (n: number | string): NewEvent => ({
  text: textOf(n),
  own: String(n).slice(0, 20),
})

/** The same with a comment of 200 characters. */
const largeEvent = (n: number): NewEvent => ({
  text: `: ${'x'.repeat(200)}\n${textOf(n)}`,
  own: '1',
})

/** Claims a stream, or throws. */
export async function claimed(
  log: StreamLog,
  key: string,
  whose: 'free' | 'theirs' = 'free',
): Promise<LogProducer & { readonly tail: LogTail }> {
  const claim = await log.claim(key, whose)
  if (claim.kind !== 'claimed') throw new Error(`expected to claim ${key}; it is ${claim.kind}`)
  return Object.assign(claim.producer, { tail: claim.tail })
}

/** Reads this many events. */
export async function take(reader: LogReader, count: number): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = []
  while (events.length < count) {
    const batch = await reader.read()
    if (batch.kind !== 'events') throw new Error(`expected events; received ${batch.kind}`)
    events.push(...batch.events)
  }
  return events
}

/** The data of all events up to what follows them. */
export async function drain(reader: LogReader): Promise<{ data: string[]; last: LogBatch }> {
  const data: string[] = []
  for (;;) {
    const batch = await reader.read()
    if (batch.kind !== 'events') return { data, last: batch }
    data.push(...batch.events.map(dataOf))
  }
}

export const dataOf = ({ text }: LoggedEvent) => /^data: (.*)$/m.exec(text)?.[1] ?? ''

const FINISHED: LogEnding = { kind: 'finished' }
const FAILURE = { type: 'quota', message: 'Quota exceeded', code: 429, retryable: false }

/** What every log does. */
export function streamLogContract(
  name: string,
  newStage: (limits?: LogLimits) => Promise<LogStage>,
): void {
  describe(`${name}: the contract of StreamLog`, () => {
    it('gives events ids of its own, and readers the same text', async () => {
      await using stage = await newStage()
      const producer = await claimed(stage.log, 'a')
      await producer.append([newEvent(1), newEvent(2)])
      const [one, two] = await Promise.all(
        [stage.log, stage.other].map(async (log) => take(await log.open('a', undefined), 2)),
      )
      expect(one).toEqual(two)
      expect(one?.map(({ text }) => text)).toEqual(
        one?.map(({ id }, at) => `id: ${id}\n${textOf(at + 1)}`),
      )
      expect(new Set(one?.map(({ id }) => id)).size).toBe(2)
      for (const { id } of one ?? []) expect(id).toMatch(/^\d+-[\w-]{8}$/)
    })

    it.each(['log', 'other'] as const)('continues after an id, from %s', async (which) => {
      await using stage = await newStage()
      const producer = await claimed(stage.log, 'a')
      await producer.append([1, 2, 3].map(newEvent))
      const [first] = await take(await stage.log.open('a', undefined), 3)
      const reader = await stage[which].open('a', first?.id)
      expect((await take(reader, 2)).map(dataOf)).toEqual(['2', '3'])
    })

    it.each(['log', 'other'] as const)('wakes a reader of %s that waits', async (which) => {
      await using stage = await newStage()
      const producer = await claimed(stage.log, 'a')
      const reader = await stage[which].open('a', undefined)
      const waiting = take(reader, 1)
      await producer.append([newEvent('late')])
      expect((await waiting).map(dataOf)).toEqual(['late'])
    })

    it.each<LogEnding>([FINISHED, { kind: 'stopped' }, { kind: 'failed', failure: FAILURE }])(
      'tells each reader, early or late, that a stream has $kind',
      async (ending) => {
        await using stage = await newStage()
        const producer = await claimed(stage.log, 'a')
        const early = drain(await stage.other.open('a', undefined))
        await producer.append([newEvent(1)])
        await producer.end(ending)
        const late = drain(await stage.other.open('a', undefined))
        const told = { data: ['1'], last: { kind: 'ended', ending } }
        expect([await early, await late]).toEqual([told, told])
        for (const log of [stage.log, stage.other]) {
          expect(await log.claim('a', 'free')).toEqual({ kind: 'ended' })
          expect(await log.claim('a', 'theirs')).toEqual({ kind: 'ended' })
        }
        await expect(producer.append([newEvent(2)])).rejects.toThrow(
          expect.objectContaining({ code: 'FENCED' }),
        )
      },
    )

    it('keeps a stream for its producer, from others that ask for a free one', async () => {
      await using stage = await newStage()
      await claimed(stage.log, 'a')
      expect(await stage.log.claim('a', 'free')).toEqual({ kind: 'held' })
      expect(await stage.other.claim('a', 'free')).toEqual({ kind: 'held' })
      expect((await stage.other.claim('b', 'free')).kind).toBe('claimed')
    })

    it('gives a free stream to one of those that claim it at once', async () => {
      await using stage = await newStage()
      const claims = Array.from({ length: 8 }, (_, n) =>
        (n % 2 === 0 ? stage.log : stage.other).claim('a', 'free'),
      )
      const kinds = (await Promise.all(claims)).map(({ kind }) => kind)
      expect(kinds.filter((kind) => kind === 'claimed')).toHaveLength(1)
      expect(kinds.filter((kind) => kind === 'held')).toHaveLength(7)
    })

    it('has no stream for others where nobody has begun one', async () => {
      await using stage = await newStage()
      expect(await stage.log.claim('a', 'theirs')).toEqual({ kind: 'absent' })
      for (const after of [undefined, '1-abcdefgh']) {
        await expect(stage.log.open('a', after)).rejects.toThrow(
          expect.objectContaining({ code: 'GAP' }),
        )
      }
    })

    it.each(['log', 'other'] as const)(
      'fences the older producer against one of %s',
      async (which) => {
        await using stage = await newStage()
        const older = await claimed(stage.log, 'a')
        await older.append([newEvent('old')])
        const newer = await claimed(stage[which], 'a', 'theirs')
        expect(newer.tail).toEqual({ count: 1, own: 'old' })
        const refused = expect.objectContaining({ code: 'FENCED', facts: { key: 'a' } })
        await expect(older.append([newEvent('lost')])).rejects.toThrow(refused)
        await expect(older.end(FINISHED)).rejects.toThrow(refused)
        await expect(older.pause(undefined)).rejects.toThrow(refused)
        expect(older.fenced.aborted).toBe(true)
        expect(newer.fenced.aborted).toBe(false)
        await newer.append([newEvent('new')])
        await newer.end(FINISHED)
        const { data } = await drain(await stage.log.open('a', undefined))
        expect(data).toEqual(['old', 'new'])
      },
    )

    it('continues readers over the change of a producer, after any event', async () => {
      await using stage = await newStage()
      const older = await claimed(stage.log, 'a')
      await older.append([1, 2].map(newEvent))
      const live = drain(await stage.other.open('a', undefined))
      const newer = await claimed(stage.other, 'a', 'theirs')
      await newer.append([3, 4].map(newEvent))
      await newer.end(FINISHED)
      expect((await live).data).toEqual(['1', '2', '3', '4'])
      const events = await take(await stage.log.open('a', undefined), 4)
      for (const [at, { id }] of events.entries()) {
        const { data } = await drain(await stage.log.open('a', id))
        expect(data).toEqual(['1', '2', '3', '4'].slice(at + 1))
      }
    })

    it.each([undefined, { ...FAILURE, retryable: true }])(
      'tells readers once of a pause with %j, and gives the stream to the next producer',
      async (failure) => {
        await using stage = await newStage()
        const producer = await claimed(stage.log, 'a')
        await producer.append([newEvent(1)])
        const reader = await stage.other.open('a', undefined)
        await producer.pause(failure)
        expect(await drain(reader)).toEqual({ data: ['1'], last: { kind: 'paused', failure } })
        const next = reader.read()
        const newer = await claimed(stage.other, 'a')
        expect(newer.tail).toEqual({ count: 1, own: '1' })
        await newer.append([newEvent(2)])
        expect(await next).toMatchObject({ kind: 'events' })
        await newer.pause(failure)
        expect(await reader.read()).toEqual({ kind: 'paused', failure })
      },
    )

    it('tells a late reader nothing of a pause that is over', async () => {
      await using stage = await newStage()
      const producer = await claimed(stage.log, 'a')
      await producer.append([newEvent(1)])
      await producer.pause(FAILURE)
      const newer = await claimed(stage.other, 'a')
      await newer.append([newEvent(2)])
      await newer.end(FINISHED)
      expect(await drain(await stage.other.open('a', undefined))).toEqual({
        data: ['1', '2'],
        last: { kind: 'ended', ending: FINISHED },
      })
    })

    it.each([
      ['of another stream', (ids: string[]) => ids[1]],
      ['that the log has not given yet', (ids: string[]) => ids[0]?.replace(/^1-/, '2-')],
      ['of number 0', (ids: string[]) => ids[0]?.replace(/^1-/, '0-')],
      ['of another form', () => 'evt_7'],
      ['that is empty text', () => ' '],
      ['with a tag that is a path', () => '1-../../x'],
    ])('reports a gap for an id %s', async (_what, idOf) => {
      await using stage = await newStage()
      const ids: string[] = []
      for (const key of ['a', 'b']) {
        await (await claimed(stage.log, key)).append([newEvent(1)])
        ids.push(...(await take(await stage.log.open(key, undefined), 1)).map(({ id }) => id))
      }
      const id = idOf(ids)
      await expect(stage.other.open('a', id)).rejects.toThrow(
        expect.objectContaining({ code: 'GAP', facts: { id, reason: 'unknown' } }),
      )
    })

    it('closes a reader that waits, and gives a closed one nothing', async () => {
      await using stage = await newStage()
      const producer = await claimed(stage.log, 'a')
      const reader = await stage.log.open('a', undefined)
      const waiting = reader.read()
      reader.close()
      expect(await waiting).toEqual({ kind: 'closed' })
      await producer.append([newEvent(1)])
      expect(await reader.read()).toEqual({ kind: 'closed' })
    })

    it('drops the oldest events of a stream that is full, and reports the gap to whom it affects', async () => {
      await using stage = await newStage({ maxStreamBytes: 20_000 })
      const producer = await claimed(stage.log, 'a')
      await producer.append([newEvent('first')])
      const [first] = await take(await stage.log.open('a', undefined), 1)
      const slow = await stage.other.open('a', first?.id)
      let last = 0
      for (; last < 400; last += 20) {
        await producer.append(Array.from({ length: 20 }, (_, n) => largeEvent(last + n)))
      }
      await expect(slow.read()).rejects.toThrow(expect.objectContaining({ code: 'GAP' }))
      await expect(stage.other.open('a', first?.id)).rejects.toThrow(
        expect.objectContaining({ code: 'GAP', facts: { id: first?.id, reason: 'old' } }),
      )
      await producer.end(FINISHED)
      const { data } = await drain(await stage.other.open('a', undefined))
      expect(data.length).toBeGreaterThan(20)
      expect(data.length).toBeLessThan(100)
      expect(data).toEqual(Array.from(data, (_, n) => String(last - data.length + n)))
    })

    it('refuses an event that is larger than a stream may be', async () => {
      await using stage = await newStage({ maxStreamBytes: 20_000 })
      const producer = await claimed(stage.log, 'a')
      await expect(producer.append([newEvent('x'.repeat(20_000))])).rejects.toThrow(
        expect.objectContaining({ code: 'BAD_EVENT' }),
      )
      expect((await producer.append([newEvent(1)])) ?? 'appended').toBe('appended')
    })

    it('forgets a stream without a producer after maxAge', async () => {
      await using stage = await newStage({ maxAge: 1000 })
      const producer = await claimed(stage.log, 'a')
      await producer.append([newEvent(1)])
      const [first] = await take(await stage.log.open('a', undefined), 1)
      await producer.end(FINISHED)
      await expect
        .poll(() => stage.other.claim('a', 'theirs'), { timeout: 20_000 })
        .toEqual({ kind: 'absent' })
      await expect(stage.other.open('a', first?.id)).rejects.toThrow(
        expect.objectContaining({ code: 'GAP' }),
      )
      const again = await claimed(stage.other, 'a')
      expect(again.tail).toEqual({ count: 0, own: undefined })
      await again.append([newEvent(2)])
      await expect(stage.other.open('a', first?.id)).rejects.toThrow(
        expect.objectContaining({ code: 'GAP', facts: { id: first?.id, reason: 'unknown' } }),
      )
    })

    it('keeps any text and any key as they are', async () => {
      const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 })
      const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 5 })
      const runs = fc.asyncProperty(key, texts, async (suffix, given) => {
        await using stage = await newStage()
        const keys = [suffix, `../${suffix}`, `${suffix}/`]
        for (const each of keys) {
          const producer = await claimed(stage.log, each)
          await producer.append(given.map((text) => ({ text: `${text}\n\n`, own: text })))
          await producer.end(FINISHED)
        }
        for (const each of keys) {
          const reader = await stage.other.open(each, undefined)
          const events = given.length === 0 ? [] : await take(reader, given.length)
          expect(events.map(({ id, text }) => text.replace(`id: ${id}\n`, ''))).toEqual(
            given.map((text) => `${text}\n\n`),
          )
        }
      })
      await fc.assert(runs, { numRuns: inForm({ short: 15, long: 300 }) })
    })

    it('gives every reader the same events in order, whoever produces and whenever they join', async () => {
      const step = fc.oneof(
        fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 40 }) }),
        fc.record({ kind: fc.constant('take over' as const), other: fc.boolean() }),
        fc.record({ kind: fc.constant('zombie' as const) }),
        fc.record({ kind: fc.constant('pause' as const) }),
        fc.record({ kind: fc.constant('join' as const), other: fc.boolean() }),
      )
      const runs = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await using stage = await newStage()
        const logOf = (other: boolean) => (other ? stage.other : stage.log)
        let producer = await claimed(stage.log, 'a')
        let zombie: LogProducer | undefined
        let count = 0
        const readers: Promise<string[]>[] = []
        const join = async (log: StreamLog) => readThrough(await log.open('a', undefined))
        for (const each of steps) {
          if (each.kind === 'append') {
            await producer.append(Array.from({ length: each.count }, (_, n) => newEvent(count + n)))
            count += each.count
          } else if (each.kind === 'take over') {
            zombie = producer
            producer = await claimed(logOf(each.other), 'a', 'theirs')
          } else if (each.kind === 'zombie') {
            await zombie?.append([newEvent('zombie')]).catch(() => {})
          } else if (each.kind === 'pause') {
            await producer.pause(undefined)
            producer = await claimed(stage.other, 'a')
          } else readers.push(join(logOf(each.other)))
        }
        readers.push(join(stage.other))
        await producer.end(FINISHED)
        const expected = Array.from({ length: count }, (_, n) => String(n))
        for (const data of await Promise.all(readers)) expect(data).toEqual(expected)
      })
      await fc.assert(runs, { numRuns: inForm({ short: 25, long: 500 }) })
    })
  })
}

/** The data of all events until the end; pauses are passed over. */
async function readThrough(reader: LogReader): Promise<string[]> {
  const all: string[] = []
  for (;;) {
    const { data, last } = await drain(reader)
    all.push(...data)
    if (last.kind === 'ended') return all
    if (last.kind !== 'paused') throw new Error(`expected the end; received ${last.kind}`)
  }
}
