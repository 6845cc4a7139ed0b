import { expect, it } from 'vitest'
import { RequestRecord } from '../../src/fault/request-record.js'

it('fills an entry step by step, and settles it once it is complete', () => {
  const states: string[] = []
  const arrived = {
    method: 'GET',
    path: '/a',
    query: '?b',
    fields: { range: 'bytes=5-', 'last-event-id': '7' },
    protocol: 'HTTP/2',
    socket: {},
  } as const
  const record = new RequestRecord(arrived, 3, 2, (state) => {
    states.push(state)
  })
  const start = { number: 3, connection: 2, range: 'bytes=5-', ifRange: null, lastEventId: '7' }
  expect(record.entry).toMatchObject({ ...start, status: null, responded: null, ended: null })
  record.respond(503, (name) => (name === 'retry-after' ? 2 : undefined))
  expect(record.entry).toMatchObject({ status: 503, retryAfter: '2', etag: null, ms: null })
  record.end({ status: 503, written: 9, ended: 'fin' })
  expect(record.entry).toMatchObject({ status: 503, written: 9, ended: 'fin', confirmed: null })
  expect(states).toEqual(['responded'])
  record.settle(8)
  expect(states).toEqual(['responded', 'final'])
  expect(record.entry.confirmed).toBe(8)
})
