import { describe, expect, it, vi } from 'vitest'
import { settleGuardOptions } from '../../src/video/guard-settings.js'

const ELEMENT = { nodeType: 1 } as HTMLElement

it('reports what a callback throws as an error of the page, and goes on', () => {
  const report = vi.fn()
  vi.stubGlobal('reportError', report)
  const error = new Error('in the application')
  const fails = () => {
    throw error
  }
  const { onState, onEvent } = settleGuardOptions({ onState: fails, onEvent: fails })
  onState({ kind: 'idle' })
  onEvent({ lastbyte: 1, url: '', read: '', kind: 'closed' })
  vi.unstubAllGlobals()
  expect(report.mock.calls).toEqual([[error], [error]])
})

describe('settleGuardOptions', () => {
  it('has defaults', () => {
    expect(settleGuardOptions(undefined)).toMatchObject({
      retryFor: 600_000,
      stall: 10_000,
      status: 'overlay',
      worker: undefined,
      recover: undefined,
    })
    expect(settleGuardOptions({ retryFor: undefined, worker: 'auto' })).toMatchObject({
      retryFor: 600_000,
      worker: undefined,
    })
  })

  it.each([
    [0, 0],
    [90_000, 90_000],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ['500ms', 500],
    ['90s', 90_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
  ])('reads retryFor %s as %d ms', (retryFor, ms) => {
    expect(settleGuardOptions({ retryFor }).retryFor).toBe(ms)
  })

  it.each([
    [{ retryFor: -1 }, 'retryFor'],
    [{ retryFor: '10' }, 'retryFor'],
    [{ retryFor: '10 minutes' }, 'retryFor'],
    [{ retryFor: null }, 'retryFor'],
    [{ stall: 0 }, 'stall'],
    [{ stall: Number.POSITIVE_INFINITY }, 'stall'],
    [{ stall: 'soon' }, 'stall'],
    [{ worker: '' }, 'worker'],
    [{ worker: true }, 'worker'],
    [{ status: 'bar' }, 'status'],
    [{ status: null }, 'status'],
    [{ onState: 'log' }, 'onState'],
    [{ onEvent: {} }, 'onEvent'],
    [{ recover: 1 }, 'recover'],
    [{ fetch: 'fetch' }, 'fetch'],
    [{ retriesFor: 1 }, 'retriesFor'],
    [{ toString: 1 }, 'toString'],
  ])('refuses %o by the name of the option', (options, option) => {
    expect(() => settleGuardOptions(options as never)).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING', facts: { option } }),
    )
  })

  it('keeps what it is given', async () => {
    const given = { status: ELEMENT, recover: vi.fn(), fetch: vi.fn() }
    const callbacks = { onState: vi.fn(), onEvent: vi.fn() }
    const options = { ...given, ...callbacks, worker: '/w.js', stall: 1 }
    const settings = settleGuardOptions(options)
    expect(settings).toMatchObject({ ...given, worker: '/w.js' })
    const state = { kind: 'idle' } as const
    settings.onState(state)
    expect(callbacks.onState).toHaveBeenCalledExactlyOnceWith(state)
    const event = { lastbyte: 1, url: '', read: '', kind: 'closed' } as const
    settings.onEvent(event)
    expect(callbacks.onEvent).toHaveBeenCalledExactlyOnceWith(event)
  })

  it('has callbacks that do nothing, and the fetch of the browser at the time of the call', async () => {
    const { onState, onEvent, fetch } = settleGuardOptions({})
    onState({ kind: 'idle' })
    onEvent({ lastbyte: 1, url: '', read: '', kind: 'closed' })
    const spy = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('x'))
    expect(await (await fetch('http://a/')).text()).toBe('x')
    spy.mockRestore()
  })
})
