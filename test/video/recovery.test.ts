import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MediaVersion } from '../../src/video/media-version.js'
import type { ProbeResult } from '../../src/video/probe.js'
import { STEADY, step } from '../../src/video/recovery.js'
import type {
  Recovery,
  RecoveryEffect,
  RecoveryEvent,
  RecoveryRules,
} from '../../src/video/recovery-state.js'

const RULES: RecoveryRules = { now: 0, chance: 1, retryFor: 600_000, probes: 'request' }
const ONE: MediaVersion = { etag: '"1"', size: 900 }
const OTHER: MediaVersion = { etag: '"2"', size: 900 }

const FAILED: RecoveryEvent = { kind: 'failed', cause: 'connection' }
const BROKEN: RecoveryEvent = { kind: 'failed', cause: 'broken' }
const WAITED: RecoveryEvent = { kind: 'waited' }
const MOVED: RecoveryEvent = { kind: 'moved' }
const WOKEN: RecoveryEvent = { kind: 'wake', by: 'chance' }
const DEMANDED: RecoveryEvent = { kind: 'wake', by: 'demand' }
const START_NEW: RecoveryEvent = { kind: 'start-new' }
const verified = (version: MediaVersion): RecoveryEvent => ({ kind: 'verified', version })
const probed = (result: ProbeResult): RecoveryEvent => ({ kind: 'probed', result })
const available = (version?: MediaVersion) => probed({ kind: 'available', version })
const UNREACHABLE = probed({ kind: 'unreachable' })

/** The state and the effects after a series of events. */
function replay(
  events: readonly RecoveryEvent[],
  rules: Partial<RecoveryRules> = {},
  from = STEADY,
) {
  let recovery: Recovery = from
  const effects: RecoveryEffect[] = []
  for (const event of events) {
    const next = step(recovery, event, { ...RULES, ...rules })
    recovery = next.recovery
    effects.push(...next.effects)
  }
  return { recovery, effects, kinds: effects.map(({ kind }) => kind) }
}

const PINNED = replay([verified(ONE)]).recovery

describe('Recovery', () => {
  it('pins the version of the first request beside playback', () => {
    expect(PINNED).toEqual({ phase: 'steady', pin: ONE })
  })

  it('keeps the frame and probes at once after a failure', () => {
    const { recovery, kinds } = replay([FAILED], {}, PINNED)
    expect(recovery).toMatchObject({ phase: 'probing', attempt: 1, reason: 'connection', pin: ONE })
    expect(kinds).toEqual(['hold', 'probe'])
  })

  it('loads from the position once the server sends the pinned version, and is steady when it moves', () => {
    const { recovery, effects } = replay([FAILED, available(ONE)], {}, PINNED)
    expect(recovery).toMatchObject({ phase: 'loading', pin: ONE })
    expect(effects.at(-1)).toEqual({ kind: 'load', from: 'position', memory: 'keep' })
    const moved = replay([MOVED], {}, recovery)
    expect(moved.recovery).toEqual(PINNED)
    expect(moved.kinds).toEqual(['uncover'])
  })

  it('pins the version that it finds when the first load of all failed', () => {
    const { recovery } = replay([FAILED, available(ONE), MOVED])
    expect(recovery).toEqual(PINNED)
  })

  it('loads without a comparison where the page may not read the version', () => {
    const { recovery, kinds } = replay([FAILED, available()], {}, PINNED)
    expect(recovery).toMatchObject({ phase: 'loading', pin: ONE })
    expect(kinds.at(-1)).toBe('load')
  })

  it('waits longer after each attempt without a response, at most 8 s', () => {
    const { effects } = replay([FAILED, ...Array(7).fill([UNREACHABLE, WAITED]).flat()], {}, PINNED)
    const waits = effects.flatMap((effect) => (effect.kind === 'wait' ? [effect.ms] : []))
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000])
  })

  it('waits half as long at least by chance', () => {
    const { effects } = replay([FAILED, UNREACHABLE], { chance: 0 }, PINNED)
    expect(effects.at(-1)).toEqual({ kind: 'wait', ms: 250 })
  })

  it('waits as long as Retry-After says, but not beyond its own time', () => {
    const later = (ms: number) => probed({ kind: 'later', status: 503, after: ms })
    expect(replay([FAILED, later(30_000)]).effects.at(-1)).toEqual({ kind: 'wait', ms: 30_000 })
    expect(replay([FAILED, later(1e9)]).effects.at(-1)).toEqual({ kind: 'wait', ms: 600_000 })
    expect(replay([FAILED, later(0)]).effects.at(-1)).toEqual({ kind: 'wait', ms: 500 })
  })

  it('has the reason of the last attempt', () => {
    const later = probed({ kind: 'later', status: 503, after: undefined })
    expect(replay([FAILED, later]).recovery).toMatchObject({ reason: 'unavailable' })
    expect(replay([FAILED, later, WAITED, UNREACHABLE]).recovery).toMatchObject({
      reason: 'unreachable',
    })
  })

  it.each([
    ['while it waits', [FAILED, UNREACHABLE]],
    ['while a request may hang in the lost network', [FAILED]],
  ])('probes at once when the network is back %s', (_, events) => {
    const { recovery, kinds } = replay([WOKEN], {}, replay(events).recovery)
    expect(recovery.phase).toBe('probing')
    expect(kinds).toEqual(['cancel', 'probe'])
  })

  it('heeds Retry-After when the network is back, but not a person’s demand', () => {
    const { recovery } = replay([FAILED, probed({ kind: 'later', status: 429, after: 60_000 })])
    expect(replay([WOKEN], {}, recovery).recovery.phase).toBe('waiting')
    expect(replay([DEMANDED], {}, recovery).recovery.phase).toBe('probing')
  })

  it('gives up when the time without progress is over', () => {
    const { recovery } = replay([FAILED], {}, PINNED)
    const late = replay([UNREACHABLE], { now: 600_000 }, recovery)
    expect(late.recovery).toEqual({ phase: 'gave-up', reason: 'time', pin: ONE })
    expect(replay([UNREACHABLE], { now: 599_000 }, recovery).effects).toEqual([
      { kind: 'wait', ms: 500 },
    ])
  })

  it.each([
    [404, 'gone'],
    [410, 'gone'],
    [403, 'refused'],
    [401, 'refused'],
  ])('gives up at a %i as %s', (status, reason) => {
    const { recovery } = replay([FAILED, probed({ kind: 'refused', status })], {}, PINNED)
    expect(recovery).toEqual({ phase: 'gave-up', reason, status, pin: ONE })
  })

  it('tries again after it gave up when a person wants it, with all of its time', () => {
    const gaveUp = replay([FAILED, probed({ kind: 'refused', status: 404 })], {}, PINNED).recovery
    const { recovery, kinds } = replay([DEMANDED], { now: 9 }, gaveUp)
    expect(recovery).toMatchObject({ phase: 'probing', attempt: 1, since: 9, pin: ONE })
    expect(kinds).toEqual(['cancel', 'probe'])
  })

  it('tries again after its time was over when the network is back, but not after a 404', () => {
    const outOfTime: Recovery = { phase: 'gave-up', reason: 'time', pin: ONE }
    expect(replay([WOKEN], {}, outOfTime).recovery.phase).toBe('probing')
    const gone: Recovery = { phase: 'gave-up', reason: 'gone', pin: ONE }
    expect(replay([WOKEN], {}, gone).recovery).toBe(gone)
  })

  it('gives up as unplayable after 15 s and five loads in a row of a file that the server sends', () => {
    const load = [available(ONE), BROKEN, WAITED]
    const four = [BROKEN, ...Array(4).fill(load).flat()]
    expect(replay(four).recovery.phase).toBe('probing')
    const last = [available(ONE), BROKEN]
    expect(replay(last, {}, replay(four).recovery).recovery.phase).toBe('waiting')
    expect(replay(last, { now: 15_000 }, replay(four).recovery).recovery).toMatchObject({
      phase: 'gave-up',
      reason: 'unplayable',
    })
  })

  it('has the browser forget its bytes before it loads a file again that it could not play', () => {
    const { effects } = replay([BROKEN, available(ONE), BROKEN, WAITED, available(ONE)])
    expect(effects.filter(({ kind }) => kind === 'load')).toEqual([
      { kind: 'load', from: 'position', memory: 'keep' },
      { kind: 'load', from: 'position', memory: 'bypass' },
    ])
  })

  it('gives up at the first load of a type that the browser does not know', () => {
    const foreign: RecoveryEvent = { kind: 'failed', cause: 'foreign' }
    const { recovery } = replay([foreign])
    expect(recovery).toMatchObject({ phase: 'probing', reason: 'broken' })
    expect(replay([available(ONE), foreign], {}, recovery).recovery).toMatchObject({
      phase: 'gave-up',
      reason: 'unplayable',
    })
  })

  it('leaves an element alone that is removed from its page, and remembers its version', () => {
    const { recovery, kinds } = replay(
      [{ kind: 'removed' }],
      {},
      replay([FAILED], {}, PINNED).recovery,
    )
    expect(recovery).toEqual(PINNED)
    expect(kinds).toEqual(['cancel', 'uncover'])
  })

  it('loads the file for a worker without an outage, and only where nothing has failed', () => {
    const { recovery, kinds } = replay([{ kind: 'swap' }], {}, PINNED)
    expect(recovery).toMatchObject({ phase: 'loading', attempt: 0, pin: ONE })
    expect(kinds).toEqual(['load'])
    const failed = replay([FAILED], {}, PINNED).recovery
    expect(replay([{ kind: 'swap' }], {}, failed)).toMatchObject({ recovery: failed, effects: [] })
    expect(replay([FAILED], {}, recovery).recovery).toMatchObject({ phase: 'waiting', attempt: 0 })
  })

  it('does not count loads as unplayable between which the server was away', () => {
    const load = [available(ONE), BROKEN, WAITED, UNREACHABLE, WAITED]
    expect(replay([BROKEN, ...Array(9).fill(load).flat()]).recovery.phase).toBe('probing')
  })

  it('waits between loads that fail', () => {
    const { effects, recovery } = replay([FAILED, available(ONE), FAILED])
    expect(effects.at(-1)).toEqual({ kind: 'wait', ms: 500 })
    expect(recovery).toMatchObject({ phase: 'waiting', attempt: 1, reason: 'connection' })
  })

  it('takes a second failure of one outage for the same', () => {
    const { recovery } = replay([FAILED])
    expect(replay([BROKEN], {}, recovery)).toMatchObject({ recovery, effects: [] })
  })

  it('goes on, and verifies the version, when the browser reconnects by itself', () => {
    for (const events of [[FAILED], [FAILED, UNREACHABLE]]) {
      const { recovery, kinds } = replay([MOVED], {}, replay(events, {}, PINNED).recovery)
      expect(recovery).toEqual(PINNED)
      expect(kinds).toEqual(['uncover', 'cancel', 'verify'])
    }
  })

  it('stops visibly when the version has changed, before it loads a byte of it', () => {
    const { recovery, kinds } = replay([FAILED, available(OTHER)], {}, PINNED)
    expect(recovery).toEqual({ phase: 'changed', pin: ONE, current: OTHER })
    expect(kinds).toEqual(['hold', 'probe', 'pause'])
  })

  it.each([
    ['while it plays', []],
    ['after it has loaded', [FAILED, available(ONE)]],
  ])('stops visibly when the version turns out to have changed %s', (_, events) => {
    const { recovery, kinds } = replay([verified(OTHER)], {}, replay(events, {}, PINNED).recovery)
    expect(recovery).toEqual({ phase: 'changed', pin: ONE, current: OTHER })
    expect(kinds).toEqual(['hold', 'pause'])
  })

  it('loads the new version from its start when a person chooses it', () => {
    const { recovery, effects } = replay([verified(OTHER), START_NEW], {}, PINNED)
    expect(recovery).toMatchObject({ phase: 'loading', pin: OTHER, attempt: 0 })
    expect(effects.at(-1)).toEqual({ kind: 'load', from: 'start', memory: 'bypass' })
    expect(replay([START_NEW], {}, PINNED).recovery).toBe(PINNED)
  })

  it('stays stopped after a change, whatever the element does', () => {
    const { recovery } = replay([verified(OTHER)], {}, PINNED)
    const events = [FAILED, BROKEN, MOVED, WOKEN, DEMANDED, WAITED, available(ONE), verified(ONE)]
    expect(replay(events, {}, recovery)).toMatchObject({ recovery, effects: [] })
  })

  it('forgets the version and ends the outage when the application sets another source', () => {
    const { recovery, kinds } = replay([FAILED, { kind: 'source' }], {}, PINNED)
    expect(recovery).toEqual(STEADY)
    expect(kinds.slice(2)).toEqual(['cancel', 'uncover'])
  })

  it('loads without a request where a player has a loader of its own', () => {
    const { recovery, kinds } = replay([FAILED], { probes: 'load' })
    expect(recovery).toMatchObject({ phase: 'loading', attempt: 1 })
    expect(kinds).toEqual(['hold', 'load'])
  })

  const events = fc.constantFrom<RecoveryEvent>(
    ...[
      FAILED,
      BROKEN,
      WAITED,
      MOVED,
      WOKEN,
      DEMANDED,
      UNREACHABLE,
      verified(ONE),
      verified(OTHER),
    ],
    ...[available(ONE), available(OTHER), probed({ kind: 'later', status: 503, after: 9_000 })],
    ...[probed({ kind: 'refused', status: 410 }), START_NEW, { kind: 'swap' } as const],
  )

  it('never loads one version behind the other, in any order of events', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 60 }), (order) => {
        let recovery: Recovery = PINNED
        for (const event of order) {
          const { recovery: next, effects } = step(recovery, event, RULES)
          const shown = event.kind === 'probed' && event.result.kind === 'available' && event.result
          for (const effect of effects) {
            if (effect.kind !== 'load' || effect.from === 'start' || event.kind === 'swap') continue
            expect(shown === false ? undefined : shown.version).toEqual(recovery.pin)
          }
          if (event.kind !== 'start-new') expect(next.pin).toEqual(recovery.pin)
          recovery = next
        }
      }),
    )
  })

  it('always has one way on: a request, a wait, a load, or a choice of a person', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 60 }), (order) => {
        let recovery: Recovery = PINNED
        let pending = 0
        for (const event of order) {
          const isResult = event.kind === 'probed' || event.kind === 'waited'
          const phase = event.kind === 'probed' ? 'probing' : 'waiting'
          // Results of requests and waits that have ended don't arrive.
          if (isResult && recovery.phase !== phase) continue
          if (isResult) pending -= 1
          const { recovery: next, effects } = step(recovery, event, RULES)
          for (const { kind } of effects) {
            if (kind === 'cancel') pending = 0
            if (kind === 'probe' || kind === 'wait') pending += 1
          }
          recovery = next
          expect(pending).toBe(recovery.phase === 'probing' || recovery.phase === 'waiting' ? 1 : 0)
        }
      }),
    )
  })
})
