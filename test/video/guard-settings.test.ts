import { describe, expect, it, vi } from 'vitest'
import { settleGuardOptions } from '../../src/video/guard-settings.js'

const ELEMENT = { nodeType: 1 } as HTMLElement

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
    const given = {
      status: ELEMENT,
      onState: vi.fn(),
      onEvent: vi.fn(),
      recover: vi.fn(),
      fetch: vi.fn(),
    }
    expect(settleGuardOptions({ ...given, worker: '/w.js', stall: 1 })).toMatchObject({
      ...given,
      worker: '/w.js',
    })
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
