import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LogItem, SettledLog } from '../../src/fault/settled-log.js'

interface Entry {
  readonly attempt: number
}

const entry = (attempt: number): Entry => ({ attempt })

function logOf(limit: number, ...attempts: number[]): SettledLog<Entry> {
  const log = new SettledLog<Entry>(limit)
  for (const attempt of attempts) log.append(entry(attempt))
  return log
}

/** `1` for the entry with the number 1, `-2` for two missed entries. */
const show = (item: LogItem<Entry> | undefined) =>
  item?.kind === 'entry' ? item.number : item && -item.entries

/** The items that a new reader can read without waiting. */
async function kept(log: SettledLog<Entry>, after: number): Promise<(number | undefined)[]> {
  const stop = new AbortController()
  const shown: (number | undefined)[] = []
  const reader = log.read(after, stop.signal)
  setImmediate(() => stop.abort())
  for await (const item of reader) shown.push(show(item))
  return shown
}

describe('SettledLog', () => {
  it.each<[string, SettledLog<Entry>, number, number[]]>([
    ['reads all kept entries from the start', logOf(5, 1, 2, 3), 0, [1, 2, 3]],
    ['continues after the entry that the reader has', logOf(5, 1, 2, 3), 2, [3]],
    ['reads nothing after the newest entry', logOf(5, 1, 2, 3), 3, []],
    ['starts over for a number that is yet to come', logOf(5, 1, 2, 3), 4, [1, 2, 3]],
    ['starts a new reader at the oldest kept entry', logOf(2, 1, 2, 3, 4), 0, [3, 4]],
    ['continues at the oldest kept entry after a gap', logOf(2, 1, 2, 3, 4), 1, [3, 4]],
  ])('%s', async (_what, log, after, numbers) => {
    expect(await kept(log, after)).toEqual(numbers)
  })

  it('delivers each new entry to every waiting reader', async () => {
    const log = logOf(5)
    const { signal } = new AbortController()
    const readers = [log.read(0, signal), log.read(0, signal)]
    const pending = readers.map((reader) => reader.next())
    log.append(entry(7))
    for (const { value } of await Promise.all(pending)) {
      expect(value).toEqual({ kind: 'entry', number: 1, entry: entry(7) })
    }
  })

  it('tells a reader that is too slow how many entries it missed, and ends', async () => {
    const log = logOf(2, 1)
    const reader = log.read(0, new AbortController().signal)
    expect(show((await reader.next()).value ?? undefined)).toBe(1)
    for (const attempt of [2, 3, 4, 5]) log.append(entry(attempt))
    expect(show((await reader.next()).value ?? undefined)).toBe(-2)
    expect((await reader.next()).done).toBe(true)
  })

  it('hides cleared entries from new readers, and not from running ones', async () => {
    const log = logOf(5, 1, 2)
    const reader = log.read(0, new AbortController().signal)
    await reader.next()
    log.clear()
    log.append(entry(3))
    expect(await kept(log, 0)).toEqual([3])
    expect(await kept(log, 1)).toEqual([3])
    expect(show((await reader.next()).value ?? undefined)).toBe(2)
    expect(show((await reader.next()).value ?? undefined)).toBe(3)
  })

  it('ends a waiting reader when its signal is aborted', async () => {
    const stop = new AbortController()
    const pending = logOf(5).read(0, stop.signal).next()
    stop.abort()
    expect((await pending).done).toBe(true)
  })

  it('keeps numbers consecutive at every pace: each entry is read once or counted as missed', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 }),
        async (limit, bursts) => {
          const log = new SettledLog<Entry>(limit)
          const reader = log.read(0, new AbortController().signal)
          let next = 1
          let appended = 0
          for (const burst of bursts) {
            for (const last = appended + burst; appended < last; ) {
              appended += 1
              log.append(entry(appended))
            }
            const { value } = await reader.next()
            if (value?.kind === 'missed') {
              expect(next + value.entries).toBe(appended - limit + 1)
              return
            }
            // The first read starts at the oldest kept entry.
            if (next === 1) next = Math.max(1, appended - limit + 1)
            expect(value).toEqual({ kind: 'entry', number: next, entry: entry(next) })
            next += 1
          }
        },
      ),
    ))
})
