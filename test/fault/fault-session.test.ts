import { describe, expect, it } from 'vitest'
import type { Version } from '../../src/fault/fault.js'
import type { Fault } from '../../src/fault/fault-kinds.js'
import { settleRule } from '../../src/fault/fault-rule.js'
import { FaultSession } from '../../src/fault/fault-session.js'
import { Journal } from '../../src/fault/journal.js'
import { type Draw, Schedule } from '../../src/fault/schedule.js'
import { bytesIn, readBody } from '../fixture/fault-scene.js'

const request = {
  method: 'GET',
  protocol: 'HTTP/1.1',
  path: '/f',
  fields: { range: 'bytes=0-' },
} as const
const clock = { now: () => 0, wait: async () => {} }
const WHOLE = [{ kind: 'slice', slice: { start: 0, end: 6 } }] as const
const END = { status: 200, written: 3, ended: 'fin' } as const

function scheduleOf(fault: Fault | Fault[], times = 1): Schedule {
  return new Schedule(settleRule({ id: 'r', fault, times }), 1)
}

/** The session of a request that these schedules match, with faults of its own. */
function sessionOf(schedules: Schedule[], own: Fault[] = []) {
  const journal = new Journal()
  const draws = schedules
    .map((schedule) => schedule.arrive(request))
    .filter((draw): draw is Draw => draw !== undefined)
  const arrived = { request, clock }
  return { session: new FaultSession(arrived, draws, own, 1, journal), journal }
}

describe('FaultSession', () => {
  it('opens one entry for each fault, those of rules before those of the request', () => {
    const { session, journal } = sessionOf(
      [scheduleOf([{ kind: 'chunked' }, { kind: 'truncate', at: 1 }])],
      [{ kind: 'stall', at: 2 }],
    )
    expect(session.active).toBe(false)
    session.draw(6)
    expect(session.active).toBe(true)
    expect(journal.entries().map(({ rule, fault }) => [rule, fault.kind])).toEqual([
      ['r', 'chunked'],
      ['r', 'truncate'],
      [null, 'stall'],
    ])
    expect(journal.entries()[0]).toMatchObject({
      attempt: 1,
      method: 'GET',
      path: '/f',
      range: 'bytes=0-',
      outcome: 'pending',
      status: null,
      ended: null,
    })
  })

  it('injects nothing for a rule whose times are used up', () => {
    const schedule = scheduleOf({ kind: 'chunked' })
    schedule.use()
    const { session, journal } = sessionOf([schedule])
    session.draw(6)
    expect(session.active).toBe(false)
    expect(journal.entries()).toEqual([])
  })

  it('returns the response of the first fault that has one', async () => {
    const { session } = sessionOf(
      [],
      [{ kind: 'latency', ms: 1 }, { kind: 'status', status: 503 }, { kind: 'empty-response' }],
    )
    session.draw(undefined)
    expect(await session.before()).toEqual({ kind: 'status', status: 503, fields: {} })
  })

  it('applies all faults in order: to version, fields, announcement and bytes', async () => {
    const { session } = sessionOf(
      [],
      [
        { kind: 'etag-flip' },
        { kind: 'ignore-range' },
        { kind: 'chunked' },
        { kind: 'slice', size: 2 },
        { kind: 'corrupt', at: 1 },
      ],
    )
    session.draw(6)
    const version: Version = {
      etag: '"a"',
      lastModified: undefined,
      digests: 'sent',
      read: () => bytesIn(6),
    }
    expect(session.select(version).etag).not.toBe('"a"')
    expect(session.fields(request.fields)).toEqual({})
    const announcement = { length: 6, framing: 'length', contentRange: undefined } as const
    expect(session.announce(WHOLE, announcement).framing).toBe('unknown')
    const { chunks } = await readBody(session.body(WHOLE, 6, bytesIn(6)))
    expect(chunks).toEqual([[0], [254], [2, 3], [4, 5]])
  })

  it('applies to a slice in a frame only faults that count bytes of the representation', async () => {
    const { session } = sessionOf(
      [],
      [
        { kind: 'corrupt', at: 11 },
        { kind: 'corrupt', at: 0, from: 'response' },
        { kind: 'slice', size: 1 },
      ],
    )
    session.draw(20)
    const { chunks } = await readBody(session.slice({ start: 10, end: 13 }, bytesIn(3)))
    expect(chunks.flat()).toEqual([0, 254, 2])
  })

  it('settles its entries at the end, with the acknowledged bytes', async () => {
    const { session, journal } = sessionOf([], [{ kind: 'chunked' }, { kind: 'goaway', at: 1 }])
    session.draw(6)
    await session.end(END, async () => 2)
    expect(journal.entries()).toMatchObject([
      { outcome: 'not reached', ...END, confirmed: 2 },
      { outcome: 'not applicable', ...END, confirmed: 2 },
    ])
    await journal.settled()
    expect(session.active).toBe(false)
  })

  it('reads no acknowledged bytes if there is no entry', async () => {
    const { session } = sessionOf([])
    session.draw(6)
    await session.end(END, () => Promise.reject(new Error('not expected')))
  })

  it.each<[string, Fault[], number]>([
    ['restores the times of a rule of which no fault has acted', [{ kind: 'truncate', at: 6 }], 1],
    [
      'uses the times of a rule of which one fault has acted',
      [{ kind: 'etag-flip' }, { kind: 'truncate', at: 6 }],
      0,
    ],
  ])('%s', async (_what, faults, left) => {
    const schedule = scheduleOf(faults)
    const { session } = sessionOf([schedule])
    session.draw(6)
    expect(schedule.left).toBe(0)
    session.select({
      etag: '"a"',
      lastModified: undefined,
      digests: 'sent',
      read: () => bytesIn(6),
    })
    await session.end(END, async () => undefined)
    expect(schedule.left).toBe(left)
  })

  const EDITS = [
    { kind: 'request-fields', remove: 'range' },
    { kind: 'ignore-range' },
    { kind: 'etag-flip' },
    { kind: 'content-change' },
    { kind: 'response-fields', set: { 'x-a': '1' } },
  ] as const satisfies Fault[]

  /** Calls the points where faults act, as far as a request proceeds before its response. */
  async function proceed(session: FaultSession): Promise<void> {
    session.arrive()
    session.fields(request.fields)
    session.draw(6)
    if ((await session.before()) !== undefined) return
    session.select({ etag: '"a"', lastModified: 1, digests: 'sent', read: () => bytesIn(6) })
    session.head({ has: () => true, set: () => {}, remove: () => {} })
  }

  it.each(EDITS)(
    'takes back %j where no response was sent, and restores its times',
    async (fault) => {
      const schedule = scheduleOf(fault)
      const { session, journal } = sessionOf([schedule])
      await proceed(session)
      expect(journal.entries()).toMatchObject([{ outcome: 'injected' }])
      await session.end({ status: null, written: 0, ended: 'left' }, async () => undefined)
      expect(journal.entries()).toMatchObject([{ outcome: 'not reached', status: null }])
      expect(schedule.left).toBe(1)
    },
  )

  it.each(EDITS)('keeps %j where a response was sent, whatever its status', async (fault) => {
    const schedule = scheduleOf(fault)
    const { session, journal } = sessionOf([schedule])
    await proceed(session)
    await session.end({ ...END, status: 500 }, async () => undefined)
    expect(journal.entries()).toMatchObject([{ outcome: 'injected', status: 500 }])
    expect(schedule.left).toBe(0)
  })

  const INSTEAD = [
    [{ kind: 'empty-response' }, null],
    [{ kind: 'status', status: 503 }, 503],
    [{ kind: 'status', status: 200, body: 'sign in' }, 200],
  ] as const satisfies [Fault, number | null][]

  it.each(
    INSTEAD.flatMap(([instead, status]) =>
      (['request-fields', 'ignore-range'] as const).flatMap((kind) => {
        const edit: Fault = kind === 'request-fields' ? { kind, remove: 'range' } : { kind }
        return [
          { faults: [edit, instead], status, kinds: `${kind}, ${instead.kind} ${status}` },
          { faults: [instead, edit], status, kinds: `${instead.kind} ${status}, ${kind}` },
        ]
      }),
    ),
  )('takes back an edit of the request where another response is sent: $kinds', async (each) => {
    const schedules = each.faults.map((fault) => scheduleOf(fault))
    const { session, journal } = sessionOf(schedules)
    await proceed(session)
    await session.end({ ...END, status: each.status }, async () => undefined)
    const outcomes = each.faults.map(({ kind }) => {
      return kind.endsWith('range') || kind.endsWith('fields') ? 'not reached' : 'injected'
    })
    expect(journal.entries().map(({ outcome }) => outcome)).toEqual(outcomes)
    expect(schedules.map(({ left }) => left)).toEqual(
      outcomes.map((outcome) => (outcome === 'injected' ? 0 : 1)),
    )
  })

  it('keeps a delay where the client has left during it', async () => {
    const { session, journal } = sessionOf([], [{ kind: 'latency', ms: 1 }])
    await proceed(session)
    await session.end({ status: null, written: 0, ended: 'left' }, async () => undefined)
    expect(journal.entries()).toMatchObject([{ outcome: 'injected', status: null }])
  })
})
