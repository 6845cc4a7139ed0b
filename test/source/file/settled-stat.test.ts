import { closeSync, mkdirSync, openSync, truncateSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  CLOCK_GRAIN,
  type FileClock,
  grainOf,
  isFresh,
  SYSTEM_CLOCK,
  settledStat,
} from '../../../src/source/file/settled-stat.js'
import { cutTimes } from '../../fixture/coarse-times.js'
import { Folder } from '../../fixture/files.js'
import { SETTLED_CLOCK } from '../../fixture/settled-files.js'

afterEach(() => void vi.restoreAllMocks())

const live = new AbortController().signal
const identity = { dev: 1n, ino: 2n, size: 3n, mtimeNs: 0n, ctimeNs: 1_000_000_001n }

it.each([
  [999, true],
  [1_000, true],
  [1_019.9, true],
  [1_020.1, false],
  [980.1, true],
  [979.9, false],
])('isFresh of a ctime of 1000 ms at %d ms is %s', (now, fresh) => {
  expect(isFresh(identity, now)).toBe(fresh)
})

it.each([
  ['0', 2_020],
  ['-1000000000', 2_020],
  ['1700000001000000000', 2_020],
  ['1700000001300000000', 120],
  ['1700000001310000000', 30],
  ['1700000001311000000', 20],
  ['1700000001000000001', 20],
])('grainOf a ctime of %s ns is %d ms, by the unit to which it is cut', (ctimeNs, grain) => {
  expect(grainOf({ ctimeNs: BigInt(ctimeNs) })).toBe(grain)
})

const NONE = () => 'none' as const
const POSSIBLE = () => 'possible' as const

/** A clock that stands still until it is waited for, and the waits. */
function manualClock(advance: number): FileClock & { readonly waits: number[] } {
  let now = Date.now()
  const waits: number[] = []
  const wait = async (ms: number) => {
    waits.push(ms)
    now += advance
  }
  return { now: () => now, wait, waits }
}

describe('settledStat', () => {
  it.each([
    ['a fresh file once the grain has passed', CLOCK_GRAIN * 2, 1, 'settled'],
    ['a file that stays fresh after five stats', 0, 4, 'fresh'],
  ])('returns %s', async (_case, advance, waits, settlement) => {
    using folder = new Folder({ f: 'x' })
    const descriptor = openSync(folder.at('f'), 'r')
    const clock = manualClock(advance)
    const result = await settledStat(descriptor, { clock, writers: NONE }, live)
    expect([result.settlement, clock.waits]).toEqual([settlement, Array(waits).fill(CLOCK_GRAIN)])
    closeSync(descriptor)
  })

  it.each([
    ['once two seconds have passed, where it is stored in whole seconds', 2_020, 1, 'settled'],
    ['after two waits, where it stays fresh', 0, 2, 'fresh'],
  ])('returns a ctime %s', async (_case, advance, waits, settlement) => {
    using folder = new Folder({ f: 'x' })
    cutTimes()
    const descriptor = openSync(folder.at('f'), 'r')
    const clock = manualClock(advance)
    const result = await settledStat(descriptor, { clock, writers: NONE }, live)
    expect([result.settlement, clock.waits.length]).toEqual([settlement, waits])
    for (const wait of clock.waits) expect(wait).toBeLessThanOrEqual(2_020)
    closeSync(descriptor)
  })

  it.each([
    ['nobody has it open for writing', 2_000_000_000, NONE, 'settled'],
    ['it is too small for a long write', 1_000, POSSIBLE, 'settled'],
    ['a write of all its bytes may be under way', 2_000_000_000, POSSIBLE, 'written'],
  ])('judges a ctime of 10 s ago: %s', async (_case, size, writers, settlement) => {
    using folder = new Folder({ f: '' })
    truncateSync(folder.at('f'), size)
    const descriptor = openSync(folder.at('f'), 'r')
    const now = Date.now() + 10_000
    const clock = { now: () => now, wait: async () => {} }
    const result = await settledStat(descriptor, { clock, writers }, live)
    expect(result.settlement).toBe(settlement)
    closeSync(descriptor)
  })

  it('does not wait for an older file or a folder', async () => {
    using folder = new Folder({ f: 'x' })
    mkdirSync(folder.at('dir'))
    const file = openSync(folder.at('f'), 'r')
    const directory = openSync(folder.at('dir'), 'r')
    expect(
      (await settledStat(file, { clock: SETTLED_CLOCK, writers: POSSIBLE }, live)).settlement,
    ).toBe('settled')
    const clock = manualClock(0)
    expect((await settledStat(directory, { clock, writers: POSSIBLE }, live)).settlement).toBe(
      'settled',
    )
    expect(clock.waits).toEqual([])
    closeSync(file)
    closeSync(directory)
  })
})

it('SYSTEM_CLOCK.wait rejects with the reason of the signal, not with an AbortError', async () => {
  const left = new Error('the client is gone')
  const abort = new AbortController()
  const waiting = SYSTEM_CLOCK.wait(60_000, abort.signal)
  abort.abort(left)
  await expect(waiting).rejects.toBe(left)
  expect(Math.abs(SYSTEM_CLOCK.now() - Date.now())).toBeLessThan(1_000)
})
