import { describe, expect, it } from 'vitest'
import { type Arrival, FaultLayer } from '../../src/fault/fault-layer.js'
import type { FaultRule } from '../../src/fault/fault-rule.js'

const clock = { now: () => 0, wait: async () => {} }
const request = (path: string, fields: Record<string, string> = {}, method = 'GET'): Arrival => ({
  method,
  path,
  fields,
  query: '',
  protocol: 'HTTP/1.1',
})

const ANY = { kind: 'truncate', at: { between: [0, 999] } } as const

/** Handles requests, each of a representation of 1000 bytes; returns the journal. */
async function faultsOf(layer: FaultLayer, requests: readonly Arrival[]) {
  for (const each of requests) {
    const session = layer.openSession(each, clock)
    session?.draw(1000)
    const slice = { start: 0, end: 1000 }
    const pieces = [{ kind: 'slice' as const, slice }]
    async function* bytes() {
      yield new Uint8Array(1000)
    }
    try {
      for await (const _ of session?.body(pieces, 1000, bytes()) ?? []);
    } catch {}
    await session?.end({ status: 200, written: 0, ended: 'fin' }, async () => undefined)
  }
  return layer.journal()
}

/** The numbers, from 1, of the requests into which a rule injects. */
async function hits(rule: FaultRule, requests: readonly Arrival[], seed = 1): Promise<number[]> {
  const found: number[] = []
  const layer = new FaultLayer(seed)
  layer.arm(rule)
  for (const [index, each] of requests.entries()) {
    const before = layer.journal().filter(({ outcome }) => outcome === 'injected').length
    const after = (await faultsOf(layer, [each])).filter(({ outcome }) => outcome === 'injected')
    if (after.length > before) found.push(index + 1)
  }
  return found
}

const fault = { kind: 'truncate', at: 500 } as const
const three = [request('/f'), request('/f'), request('/f')]

describe('A rule applies to requests', () => {
  it.each<[string, FaultRule['match'], Arrival[], number[]]>([
    ['every kind, without a match', {}, [request('/f'), request('/g', {}, 'HEAD')], [1, 2]],
    ['a method', { method: 'HEAD' }, [request('/f'), request('/f', {}, 'HEAD')], [2]],
    [
      'methods',
      { method: ['GET', 'POST'] },
      [request('/f', {}, 'POST'), request('/f', {}, 'PUT')],
      [1],
    ],
    ['a path', { path: '/f' }, [request('/f'), request('/ff'), request('/f/')], [1]],
    ['a path with special characters', { path: '/a[1] (b).mp4' }, [request('/a[1] (b).mp4')], [1]],
    [
      'a glob',
      { path: '/v/*.mp4' },
      [request('/v/a.mp4'), request('/v/w/a.mp4'), request('/v/.a.mp4')],
      [1, 3],
    ],
    ['a deep glob', { path: '/v/**' }, [request('/v/a'), request('/v/w/a'), request('/w')], [1, 2]],
    [
      'a field',
      { headers: { 'X-Test-Id': 'a' } },
      [request('/f', { 'x-test-id': 'a' }), request('/f', { 'x-test-id': 'b' }), request('/f')],
      [1],
    ],
    [
      'any value of a field',
      { headers: { 'x-test-id': '*' } },
      [request('/f', { 'x-test-id': 'a' }), request('/f')],
      [1],
    ],
    ['a Range', { range: 'present' }, [request('/f'), request('/f', { range: 'bytes=0-' })], [2]],
    [
      'a kind without Range',
      { range: 'absent' },
      [request('/f'), request('/f', { range: 'bytes=0-' })],
      [1],
    ],
    [
      'ranges that overlap [100, 200)',
      { range: { overlaps: [100, 200] } },
      [
        'bytes=0-99',
        'bytes=0-100',
        'bytes=199-',
        'bytes=200-',
        'bytes=-801',
        'bytes=-800',
        'bytes=0-1,150-160',
        'nonsense',
      ].map((range) => request('/f', { range })),
      [2, 3, 5, 7],
    ],
    ['the second attempt', { attempt: 2 }, three, [2]],
    ['several attempts', { attempt: [1, 3] }, three, [1, 3]],
    [
      'the second attempt of each path',
      { attempt: 2 },
      [request('/f'), request('/g'), request('/f')],
      [3],
    ],
    [
      'the second attempt regardless of their ranges',
      { attempt: 2 },
      [request('/f'), request('/f', { range: 'bytes=0-999' })],
      [2],
    ],
    [
      'the second attempt of each value of a field',
      { attempt: 2, headers: { 'x-test-id': '*' } },
      ['a', 'b', 'b', 'a'].map((id) => request('/f', { 'x-test-id': id })),
      [3, 4],
    ],
  ])('of %s', async (_what, match, requests, expected) => {
    expect(await hits({ ...(match && { match }), fault }, requests)).toEqual(expected)
  })

  it('as often as `times` says, which counts injections and not requests', async () => {
    expect(await hits({ fault, times: 2 }, three)).toEqual([1, 2])
    expect(await hits({ fault, times: 0 }, three)).toEqual([])
    const never = { fault: { kind: 'truncate', at: 1000 } as const, times: 1 }
    const layer = new FaultLayer(1)
    const armed = layer.arm(never)
    await faultsOf(layer, three)
    expect(armed.left).toBe(1)
    expect(armed.journal().map(({ outcome }) => outcome)).toEqual(Array(3).fill('not reached'))
  })

  it('in the share that `probability` says: none at 0, all at 1', async () => {
    const many = Array.from({ length: 400 }, () => request('/f'))
    expect(await hits({ fault, probability: 0 }, many)).toEqual([])
    expect(await hits({ fault, probability: 1 }, many)).toHaveLength(400)
    const some = (await hits({ fault, probability: 0.25 }, many)).length
    expect(some).toBeGreaterThan(60)
    expect(some).toBeLessThan(140)
  })

  it('only if they arrive after it was armed', () => {
    const layer = new FaultLayer(1)
    layer.arm({ fault, match: { path: '/other' } })
    expect(layer.openSession(request('/f'), clock)).toBeUndefined()
    layer.arm({ fault })
    expect(layer.openSession(request('/f'), clock)).toBeDefined()
  })
})

describe('A random choice of the fault layer', () => {
  const rule = { id: 'r', fault: ANY, probability: 0.5 }
  const series = (path: string) => Array.from({ length: 20 }, () => request(path))
  const journalOf = async (seed: number, requests: readonly Arrival[], path?: string) => {
    const layer = new FaultLayer(seed)
    layer.arm(rule)
    const journal = await faultsOf(layer, requests)
    return journal.filter((entry) => path === undefined || entry.path === path)
  }

  it('is the same for the same seed and requests, and differs for another seed', async () => {
    expect(await journalOf(7, series('/f'))).toEqual(await journalOf(7, series('/f')))
    expect(await journalOf(7, series('/f'))).not.toEqual(await journalOf(8, series('/f')))
    const places = (await journalOf(7, series('/f'))).map(
      (entry) => (entry.fault as { at: number }).at,
    )
    expect(new Set(places).size).toBeGreaterThan(3)
    for (const at of places) expect(at).toBeLessThan(1000)
  })

  it('does not depend on the order in which other requests arrive', async () => {
    const apart = [...series('/f'), ...series('/g')]
    const mixed = series('/g').flatMap((each, index) => [each, series('/f')[index] as Arrival])
    expect(await journalOf(7, mixed, '/f')).toEqual(await journalOf(7, apart, '/f'))
    expect(await journalOf(7, mixed, '/g')).toEqual(await journalOf(7, apart, '/g'))
  })

  it('determines the jitter of a latency by the seed', async () => {
    const waits = async (seed: number) => {
      const waited: (number | undefined)[] = []
      const layer = new FaultLayer(seed)
      layer.arm({ fault: { kind: 'latency', ms: 100, jitter: 50 } })
      const wait = async (ms?: number) => void waited.push(ms)
      for (const each of series('/f')) {
        const session = layer.openSession(each, { now: () => 0, wait })
        session?.draw(1000)
        await session?.before()
      }
      return waited
    }
    expect(await waits(7)).toEqual(await waits(7))
    expect(await waits(7)).not.toEqual(await waits(8))
    expect(new Set(await waits(7)).size).toBe(20)
    for (const ms of await waits(7)) {
      expect(ms).toBeGreaterThanOrEqual(100)
      expect(ms).toBeLessThan(150)
    }
  })

  it('does not depend on the other rules, nor on their order', async () => {
    const layer = new FaultLayer(7)
    layer.arm({ fault: { kind: 'chunked' }, match: { path: '/other' } })
    layer.arm(rule)
    expect(await faultsOf(layer, series('/f'))).toEqual(await journalOf(7, series('/f')))
  })
})
