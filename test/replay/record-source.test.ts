import { describe, expect, it } from 'vitest'
import { recordSource, type SourceEvent } from '../../src/replay/record-source.js'
import { memoryLog } from '../../src/stream-log/memory/memory-log.js'
import type { NewEvent } from '../../src/stream-log/stream-log.js'
import { claimed, drain } from '../contract/stream-log.contract.js'

const never = new AbortController().signal

async function record(events: () => AsyncGenerator<SourceEvent>, signal = never) {
  const log = memoryLog()
  const producer = await claimed(log, 'a')
  const batches: number[] = []
  const append = (batch: readonly NewEvent[]) => {
    batches.push(batch.length)
    return original(batch)
  }
  const { append: original } = producer
  const recorded = await recordSource(events(), { ...producer, append }, producer.tail, signal)
  const { data, last } = await drain(await log.open('a', undefined))
  return { recorded, batches, data, last }
}

describe('recordSource', () => {
  it('appends what a source yields without waiting in a few batches, in order', async () => {
    const { recorded, batches, data, last } = await record(async function* () {
      for (let n = 0; n < 5_000; n += 1) yield `${n}`
    })
    expect(recorded).toEqual({ kind: 'finished' })
    expect(data).toEqual(Array.from({ length: 5_000 }, (_, n) => String(n)))
    expect(batches.length).toBeLessThan(50)
    expect(last).toEqual({ kind: 'ended', ending: { kind: 'finished' } })
  })

  it('lets the process do other things while a source never waits', async () => {
    let turns = 0
    let over = false
    const count = () => {
      turns += 1
      if (!over) setImmediate(count)
    }
    setImmediate(count)
    await record(async function* () {
      for (let n = 0; n < 20_000; n += 1) yield `${n}`
    })
    over = true
    expect(turns).toBeGreaterThan(2)
  })

  it.each([
    [Object.assign(new Error('no'), { statusCode: 404 }), 'ended'],
    [new Error('connection lost'), 'paused'],
  ])('stores what precedes a failure, and whether it is final: %s', async (error, kind) => {
    const { recorded, data, last } = await record(async function* () {
      yield { id: 1, data: 'one' }
      throw error
    })
    expect(recorded).toEqual({ kind: 'source-failed', error })
    expect(data).toEqual(['one'])
    expect(last.kind).toBe(kind)
  })

  it('is final where no other producer could continue', async () => {
    const { last } = await record(async function* () {
      yield 'without an id'
      throw new Error('lost')
    })
    expect(last.kind).toBe('ended')
  })

  it('pauses the stream when the signal is aborted, and returns the source', async () => {
    const control = new AbortController()
    let returned = false
    const { recorded, data, last } = await record(async function* () {
      try {
        yield { id: 1, data: 'one' }
        setImmediate(() => control.abort())
        await new Promise((resolve) => control.signal.addEventListener('abort', resolve))
      } finally {
        returned = true
      }
    }, control.signal)
    expect(recorded).toEqual({ kind: 'interrupted' })
    expect(data).toEqual(['one'])
    expect(last).toEqual({ kind: 'paused', failure: undefined })
    await expect.poll(() => returned).toBe(true)
  })

  it('ends where another producer has claimed the stream, without a word in the log', async () => {
    const log = memoryLog()
    const producer = await claimed(log, 'a')
    const hanging = async function* (): AsyncGenerator<SourceEvent> {
      await new Promise(() => {})
    }
    const recording = recordSource(hanging(), producer, producer.tail, never)
    const newer = await claimed(log, 'a', 'theirs')
    expect(await recording).toEqual({ kind: 'fenced' })
    await newer.end({ kind: 'finished' })
  })

  it.each([true, false])('tells whether the log has stored its failure: %s', async (stored) => {
    const producer = await claimed(memoryLog(), 'a')
    const fail = async () => {
      throw new Error('disk full')
    }
    const broken = { ...producer, append: fail, ...(!stored && { pause: fail, end: fail }) }
    const source = async function* () {
      yield 'x'
    }
    const recorded = await recordSource(source(), broken, producer.tail, never)
    expect(recorded.kind).toBe(stored ? 'source-failed' : 'log-failed')
  })
})
