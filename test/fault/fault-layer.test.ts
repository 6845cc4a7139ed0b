import { describe, expect, it } from 'vitest'
import { type Arrival, FaultLayer } from '../../src/fault/fault-layer.js'
import type { JournalEntry } from '../../src/fault/journal.js'
import { cpuMs } from '../fixture/cpu-time.js'
import { settleEntries, settleEntry } from '../fixture/journal-entries.js'

const chunked = { kind: 'chunked' } as const
const clock = { now: () => 0, wait: async () => {} }
const arrival = (members: Partial<Arrival> = {}): Arrival => ({
  method: 'GET',
  path: '/f',
  query: '',
  fields: {},
  protocol: 'HTTP/1.1',
  ...members,
})

describe('FaultLayer', () => {
  it('arms, shows and disarms rules; generated ids skip those in use', () => {
    const layer = new FaultLayer(7)
    layer.arm({ id: 'rule-1', fault: chunked, times: 2 })
    const armed = layer.arm({
      fault: [chunked, { kind: 'truncate', at: 1 }],
      match: { path: '/f' },
    })
    expect(armed.id).toBe('rule-2')
    expect(armed.left).toBe(Number.POSITIVE_INFINITY)
    expect(layer.rules()).toEqual([
      { id: 'rule-1', match: {}, fault: chunked, probability: 1, times: 2, left: 2 },
      {
        id: 'rule-2',
        match: { path: '/f' },
        fault: [chunked, { kind: 'truncate', at: 1 }],
        probability: 1,
      },
    ])
    armed.disarm()
    expect(layer.rules().map(({ id }) => id)).toEqual(['rule-1'])
    expect(layer.disarm('rule-2')).toBe(false)
    expect(layer.disarm()).toBe(true)
    expect(layer.disarm()).toBe(false)
  })

  it('refuses an id that is armed, and arms none of several rules if one is invalid', () => {
    const layer = new FaultLayer(7)
    layer.arm({ id: 'a', fault: chunked })
    expect(() => layer.arm({ id: 'a', fault: chunked })).toThrow(
      expect.objectContaining({ code: 'BAD_FAULT', facts: { member: 'id' } }),
    )
    expect(() => layer.armAll([{ id: 'b', fault: chunked }, {} as never])).toThrow(
      expect.objectContaining({ facts: { member: '[1].fault' } }),
    )
    expect(layer.rules().map(({ id }) => id)).toEqual(['a'])
    expect(() => layer.armAll({} as never)).toThrow(/rules: expected an array of rules/)
  })

  it.each<[string, Partial<Arrival>, string[]]>([
    ['the header field', { fields: { 'lastbyte-fault': 'chunked' } }, ['chunked']],
    ['the query', { query: '?a=1&lastbyte-fault=truncate;at%3D1' }, ['truncate']],
    [
      'both',
      { fields: { 'lastbyte-fault': 'chunked' }, query: '?lastbyte-fault=etag-flip' },
      ['chunked', 'etag-flip'],
    ],
  ])('opens a session with the faults of the request in %s', (_where, members, kinds) => {
    const layer = new FaultLayer(7)
    layer.openSession(arrival(members), clock)?.draw(undefined)
    expect(layer.journal().map(({ rule, fault }) => [rule, fault.kind])).toEqual(
      kinds.map((kind) => [null, kind]),
    )
  })

  it('arms at most 1000 rules, and none of an array that would exceed them', () => {
    const layer = new FaultLayer(7)
    const rule = { fault: chunked }
    const message = 'rules: expected at most 1000 armed rules; disarm some first; received 9000'
    expect(() => layer.armAll(Array.from({ length: 9000 }, () => rule))).toThrow(message)
    expect(layer.rules()).toEqual([])
    layer.armAll(Array.from({ length: 1000 }, () => rule))
    expect(() => layer.arm(rule)).toThrow('received 1001')
    layer.disarm('rule-1')
    expect(layer.arm(rule).id).toBe('rule-1001')
  })

  it('compares 1000 rules with a request within a few ms, whatever their globs', async () => {
    const layer = new FaultLayer(7)
    const path = '/*a*a*a*a*a*a*b'
    layer.armAll(Array.from({ length: 1000 }, () => ({ match: { path }, fault: chunked })))
    const ms = await cpuMs(() => {
      for (let request = 0; request < 10; request += 1) {
        expect(layer.openSession(arrival({ path: `/${'a'.repeat(30)}` }), clock)).toBeUndefined()
      }
    })
    expect(ms / 10).toBeLessThan(200)
  })

  it('opens no session if no fault applies, and refuses invalid faults of the request', () => {
    const layer = new FaultLayer(7)
    expect(layer.openSession(arrival(), clock)).toBeUndefined()
    layer.arm({ fault: chunked, match: { path: '/other' } })
    expect(layer.openSession(arrival(), clock)).toBeUndefined()
    const invalid = arrival({ fields: { 'lastbyte-fault': 'explode' } })
    expect(() => layer.openSession(invalid, clock)).toThrow(
      expect.objectContaining({ code: 'BAD_FAULT' }),
    )
  })

  it('follow delivers the settled entries so far and then each new one, until it is stopped', async () => {
    const layer = new FaultLayer(7)
    await settleEntry(layer, '/0')
    const followed: JournalEntry[] = []
    const stop = layer.follow((entry) => followed.push(entry))
    await settleEntry(layer, '/1')
    stop()
    await settleEntry(layer, '/2')
    expect(followed.map(({ path }) => path.split('?')[0])).toEqual(['/0', '/1'])
  })

  it('readJournal delivers settled entries with consecutive numbers', async () => {
    const layer = new FaultLayer(7)
    await settleEntries(layer, [0, 3])
    const read: unknown[] = []
    const stop = new AbortController()
    for await (const item of layer.readJournal(1, stop.signal)) {
      if (item.kind === 'entry') read.push([item.number, item.entry.path])
      if (read.length === 2) stop.abort()
    }
    expect(read).toEqual([
      [2, '/1?'],
      [3, '/2?'],
    ])
  })

  it('clearJournal removes the entries and keeps the rules', async () => {
    const layer = new FaultLayer(7)
    layer.arm({ fault: chunked })
    await settleEntry(layer, '/f')
    expect(layer.journal()).not.toEqual([])
    layer.clearJournal()
    expect(layer.journal()).toEqual([])
    expect(layer.rules()).toHaveLength(1)
    await layer.settled()
  })
})
