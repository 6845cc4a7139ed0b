import { describe, expect, it } from 'vitest'
import type { Protocol } from '../../src/fault/fault.js'
import type { Fault } from '../../src/fault/fault-kinds.js'
import { drawPosition, Injection } from '../../src/fault/injection.js'
import type { OpenEntry } from '../../src/fault/journal.js'

const clock = { now: () => 5, wait: async () => {} }

function injectionOf(fault: Fault, protocol: Protocol = 'HTTP/1.1', seed = 1): Injection {
  const entry: OpenEntry = {
    rule: null,
    attempt: 3,
    method: 'GET',
    path: '/f',
    range: null,
    fault,
    outcome: 'pending',
    status: null,
    written: 0,
    confirmed: null,
    ended: null,
  }
  return new Injection(entry, { seed, parts: ['a'] }, { protocol }, clock)
}

const slice = (start: number, end: number) => [{ kind: 'slice', slice: { start, end } }] as const

describe('Injection', () => {
  it.each<[Fault, Protocol, boolean]>([
    [{ kind: 'truncate', at: 1 }, 'HTTP/2', true],
    [{ kind: 'goaway', at: 1 }, 'HTTP/2', true],
    [{ kind: 'goaway', at: 1 }, 'HTTP/1.1', false],
    [{ kind: 'malformed-chunk', at: 1 }, 'HTTP/1.0', false],
  ])('of %j over %s acts: %s', (fault, protocol, acts) => {
    const injection = injectionOf(fault, protocol)
    expect(injection.acts).toBe(acts)
    expect(injection.entry.outcome).toBe(acts ? 'pending' : 'not applicable')
  })

  it.each([true, false])('of a fault of TLS acts on an encrypted connection: %s', (isEncrypted) => {
    const { entry } = injectionOf({ kind: 'no-close-notify' })
    entry.outcome = 'pending'
    const connection = { remote: '', local: '', isEncrypted }
    const request = { protocol: 'HTTP/1.1', connection } as const
    expect(new Injection(entry, { seed: 1, parts: [] }, request, clock).acts).toBe(isEncrypted)
  })

  it('records the outcome in its entry when the fault fires', () => {
    const injection = injectionOf({ kind: 'chunked' })
    expect(injection.fired).toBe(false)
    injection.scene.fire()
    expect(injection.fired).toBe(true)
    expect(injection.entry.outcome).toBe('injected')
  })

  it('offers attempt, clock and random values that only seed, parts and purpose determine', () => {
    const { scene } = injectionOf({ kind: 'chunked' })
    expect([scene.attempt, scene.now()]).toEqual([3, 5])
    const again = injectionOf({ kind: 'chunked' }).scene
    expect(again.chance('jitter')).toBe(scene.chance('jitter'))
    expect(again.chance('other')).not.toBe(scene.chance('jitter'))
    expect(again.randomBytes(40)).toEqual(scene.randomBytes(40))
    const other = injectionOf({ kind: 'chunked' }, 'HTTP/1.1', 2).scene
    expect(other.randomBytes(40)).not.toEqual(scene.randomBytes(40))
  })

  it.each<[Fault, boolean, number | undefined]>([
    [{ kind: 'truncate', at: 150 }, true, 50],
    [{ kind: 'truncate', at: 300 }, true, undefined],
    [{ kind: 'truncate', at: 30, from: 'response' }, false, 30],
    [{ kind: 'truncate', at: 100, from: 'response' }, false, undefined],
    [{ kind: 'throttle', rate: 1 }, false, 0],
  ])(
    'of %j has a position in the representation: %s, and acts at byte %s of a body with [100, 200)',
    (fault, placed, at) => {
      const injection = injectionOf(fault)
      expect(injection.isPlacedInRepresentation).toBe(placed)
      expect(injection.bodyScene(slice(100, 200), { length: 100 })?.at).toBe(at)
    },
  )
})

describe('drawPosition', () => {
  it('leaves a fault with a number, or without a position, as it is', () => {
    for (const fault of [{ kind: 'truncate', at: 5 }, { kind: 'chunked' }] as const) {
      expect(drawPosition(fault, { seed: 1, parts: [] }, 0)).toBe(fault)
    }
  })

  it('draws each position between the two, both included, and the same for the same chance', () => {
    const fault: Fault = { kind: 'truncate', at: { between: [3, 5] } }
    const draw = (seed: number, index = 0) =>
      (drawPosition(fault, { seed, parts: ['a'] }, index) as { at: number }).at
    const drawn = Array.from({ length: 60 }, (_, seed) => draw(seed))
    expect(new Set(drawn)).toEqual(new Set([3, 4, 5]))
    expect(drawn).toEqual(Array.from({ length: 60 }, (_, seed) => draw(seed)))
    expect(
      Array.from({ length: 20 }, (_, index) => draw(1, index)).some((at) => at !== draw(1)),
    ).toBe(true)
  })
})
