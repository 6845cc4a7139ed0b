import { describe, expect, it, vi } from 'vitest'
import { RecoveryActions } from '../../src/video/recovery-actions.js'

const LOAD = { kind: 'load', from: 'position', memory: 'keep' } as const

function scene(isReady: boolean) {
  const parts = {
    media: { error: null, readyState: 4, pause: vi.fn() },
    view: { keep: vi.fn(), cover: vi.fn(), uncover: vi.fn(), show: vi.fn() },
    watch: { reset: vi.fn(), wantsPlay: false },
    meter: { reset: vi.fn() },
    reload: { load: vi.fn(), nudge: vi.fn(), begin: vi.fn(), end: vi.fn(), isSwapped: () => true },
    worker: { isReady, retry: vi.fn() },
    probe: { cancel: vi.fn() },
    startProbe: vi.fn(),
    verify: vi.fn(),
    dispatch: vi.fn(),
  }
  return { parts, actions: new RecoveryActions(parts as never) }
}

describe('RecoveryActions', () => {
  it('asks the worker once in an outage, then covers the element and loads it', () => {
    const { parts, actions } = scene(true)
    actions.perform(LOAD)
    expect([parts.worker.retry, parts.reload.nudge].map(({ mock }) => mock.calls.length)).toEqual([
      1, 1,
    ])
    expect(parts.view.cover).not.toHaveBeenCalled()
    actions.perform(LOAD)
    expect(parts.view.cover).toHaveBeenCalledOnce()
    expect(parts.reload.load).toHaveBeenCalledExactlyOnceWith(LOAD, false)
    actions.perform({ kind: 'uncover' })
    actions.perform(LOAD)
    expect(parts.reload.nudge).toHaveBeenCalledTimes(2)
  })

  it('plays a new version from its start, though it was paused', () => {
    const { parts, actions } = scene(true)
    const load = { ...LOAD, from: 'start' } as const
    actions.perform(load)
    expect(parts.reload.load).toHaveBeenCalledExactlyOnceWith(load, true)
  })

  it('dispatches the end of a wait, but not of a cancelled one', () => {
    vi.useFakeTimers()
    const { parts, actions } = scene(false)
    actions.perform({ kind: 'wait', ms: 10 })
    vi.advanceTimersByTime(10)
    actions.perform({ kind: 'wait', ms: 10 })
    actions.perform({ kind: 'cancel' })
    vi.advanceTimersByTime(10)
    vi.useRealTimers()
    expect(parts.dispatch).toHaveBeenCalledExactlyOnceWith({ kind: 'waited' })
  })

  it('starts probes and checks, remembers seeks, and pauses behind the frame', () => {
    const { parts, actions } = scene(false)
    for (const kind of ['probe', 'verify', 'hold', 'pause'] as const) actions.perform({ kind })
    const called = [parts.startProbe, parts.verify, parts.reload.begin, parts.media.pause]
    expect(called.map(({ mock }) => mock.calls.length)).toEqual([1, 1, 1, 1])
  })
})
