import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import { isChanged, ReadReport, statusOf } from '../../src/video/read-report.js'
import type { ReadEvent } from '../../src/video/worker-message.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const BROKEN = new LastbyteError('ANSWER_BROKEN', 'the body ended early')
const CHANGED = new LastbyteError('REPRESENTATION_CHANGED', 'the version has changed')

function reportOf(start = 0) {
  const events: ReadEvent[] = []
  const report = new ReadReport((event) => void events.push(event), { start, end: 1_000 }, '"v1"')
  return { events, report }
}

describe('The report of a read', () => {
  it('joins the chunks of a quarter of a second, and reports those before a pause, too', () => {
    const { events, report } = reportOf(100)
    for (let index = 0; index < 10; index += 1) report.received(10)
    expect(events).toEqual([])
    vi.advanceTimersByTime(250)
    expect(events).toEqual([{ kind: 'received', start: 100, end: 200, attempt: 1 }])
    vi.advanceTimersByTime(10_000)
    report.received(50)
    vi.advanceTimersByTime(250)
    expect(events[1]).toEqual({ kind: 'received', start: 200, end: 250, attempt: 1 })
  })

  it('counts an attempt for each one that has received bytes, not for each failure', () => {
    const { events, report } = reportOf()
    report.received(10)
    for (const tries of [1, 2]) {
      report.retried({ type: 'retry', tries, wait: 5, offset: 10, error: BROKEN })
    }
    report.received(20)
    report.closed()
    const reason = BROKEN.message
    expect(events).toEqual([
      { kind: 'received', start: 0, end: 10, attempt: 1 },
      { kind: 'interrupted', offset: 10, reason, wait: 5, tries: 1 },
      { kind: 'interrupted', offset: 10, reason, wait: 5, tries: 2 },
      { kind: 'resumed', offset: 10, attempt: 2 },
      { kind: 'received', start: 10, end: 30, attempt: 2 },
      { kind: 'closed' },
    ])
  })

  it('ends once, and leaves no timer', () => {
    const { events, report } = reportOf()
    report.received(10)
    report.failed(CHANGED, '"v2"')
    report.failed(BROKEN, undefined)
    report.closed()
    expect(events.slice(1)).toEqual([
      { kind: 'changed', pinned: '"v1"', current: '"v2"' },
      { kind: 'closed' },
    ])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('gives the reason of a failure, and the status that it is about', () => {
    const { events, report } = reportOf()
    const refused = new LastbyteError('REFUSED', 'status 404', { status: 404 })
    report.failed(new LastbyteError('GAVE_UP', 'no progress', {}, { cause: refused }), undefined)
    expect(events[0]).toEqual({ kind: 'gave-up', reason: 'no progress', status: 404 })
  })

  it('reports what is no error of its own as a failure', () => {
    const { events, report } = reportOf()
    report.failed('thrown', undefined)
    expect(events[0]).toEqual({ kind: 'gave-up', reason: 'thrown', status: undefined })
  })

  it('ignores a restart, which no read of one version does', () => {
    const { events, report } = reportOf()
    report.retried({ type: 'restart', why: 'changed' })
    expect(events).toEqual([])
  })
})

describe('An error of a read', () => {
  it('says whether the version has changed', () => {
    expect([CHANGED, BROKEN, new Error('x'), undefined].map(isChanged)).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  it('has the status of its cause', () => {
    const cause = new LastbyteError('ANSWER_BROKEN', 'status 503', { status: 503 })
    expect(statusOf(new LastbyteError('GAVE_UP', 'no progress', {}, { cause }))).toBe(503)
    expect(statusOf(new Error('x', { cause }))).toBe(undefined)
  })
})
