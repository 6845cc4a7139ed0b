import { describe, expect, it } from 'vitest'
import { guardStateOf } from '../../src/video/guard-state.js'
import type { Recovery } from '../../src/video/recovery-state.js'

const ONE = { etag: '"1"' }
const OUTAGE = { since: 1_000, attempt: 2, unplayable: 0, reason: 'stalled', pin: ONE } as const

const stateOf = (recovery: Recovery, isPlaying = true) =>
  guardStateOf(recovery, { isPlaying, now: 4_000, time: 1_000_000 })

describe('guardStateOf', () => {
  it('is playing or idle where nothing has failed', () => {
    expect(stateOf({ phase: 'steady', pin: undefined })).toEqual({ kind: 'playing' })
    expect(stateOf({ phase: 'steady', pin: undefined }, false)).toEqual({ kind: 'idle' })
  })

  it('is playing or idle during a load that follows no failure', () => {
    expect(stateOf({ phase: 'loading', ...OUTAGE, attempt: 0 })).toEqual({ kind: 'playing' })
    expect(stateOf({ phase: 'loading', ...OUTAGE, attempt: 0 }, false)).toEqual({ kind: 'idle' })
  })

  it('has the times of an outage since the epoch', () => {
    expect(stateOf({ phase: 'waiting', next: 4_500, firm: false, ...OUTAGE })).toEqual({
      kind: 'reconnecting',
      since: 997_000,
      attempt: 3,
      nextTry: 1_000_500,
      reason: 'stalled',
    })
  })

  it.each([['probing'], ['loading']] as const)('has no next attempt while one is %s', (phase) => {
    expect(stateOf({ phase, ...OUTAGE })).toMatchObject({ attempt: 2, nextTry: undefined })
  })

  it('names both versions of a changed file', () => {
    const current = { modified: 'Mon, 01 Jun 2026 10:00:00 GMT', size: 9 }
    expect(stateOf({ phase: 'changed', pin: ONE, current })).toEqual({
      kind: 'changed',
      pinned: '"1"',
      current: 'Mon, 01 Jun 2026 10:00:00 GMT, 9 bytes',
    })
    expect(stateOf({ phase: 'changed', pin: undefined, current: {} })).toMatchObject({
      pinned: 'unknown',
    })
  })

  it('has the reason and the status of the end', () => {
    const recovery: Recovery = { phase: 'gave-up', pin: ONE, reason: 'gone', status: 410 }
    expect(stateOf(recovery)).toEqual({ kind: 'gave-up', reason: 'gone', status: 410 })
  })
})
