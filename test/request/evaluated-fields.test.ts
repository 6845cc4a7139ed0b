import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaultRule } from '../../src/testing/index.js'
import { CONTENT, FaultServer } from '../fixture/fault-server.js'

const SIZE = CONTENT.length
let faulty: FaultServer

beforeAll(async () => {
  faulty = await FaultServer.start()
})
afterAll(async () => {
  await faulty[Symbol.asyncDispose]()
})

/** The response to a request of which a rule with this fault replaces fields. */
async function respond(
  edits: { set?: Record<string, string>; remove?: string | string[] },
  fields: Record<string, string>,
  match: FaultRule['match'] = {},
) {
  const rule = faulty.faults.arm({ match, fault: { kind: 'request-fields', ...edits } })
  try {
    return await faulty.request({ ...fields, connection: 'close' })
  } finally {
    rule.disarm()
  }
}

describe('A request whose fields a fault replaces', () => {
  it.each([
    ['without If-Range is a resume of any version', { remove: 'if-range' }, 206],
    ['with another Range gets that', { set: { range: 'bytes=0-4' }, remove: 'if-range' }, 206],
    ['without both is one for the whole', { remove: ['range', 'if-range'] }, 200],
    ['with a failing If-Match is refused', { set: { 'if-match': '"x"' } }, 412],
    ['with If-None-Match gets a 304', { set: { 'if-none-match': '*' } }, 304],
    ['with a Range past the end', { set: { range: 'bytes=9999999-' }, remove: 'if-range' }, 416],
  ])('%s', async (_what, edits, status) => {
    const received = { range: 'bytes=5-9', 'if-range': '"another"' }
    const response = await respond(edits, received)
    expect(response.status).toBe(status)
    if (status === 206) expect(response.body).toHaveLength(5)
    await faulty.faults.settled()
    // The journal has the request as it was received.
    expect(faulty.faults.journal().at(-1)).toMatchObject({
      outcome: 'injected',
      range: 'bytes=5-9',
    })
  })

  it('gets the digest that the replaced field wants', async () => {
    const { fields } = await respond({ set: { 'want-repr-digest': 'sha-256=9' } }, {})
    expect(fields['repr-digest']).toMatch(/^sha-256=:/)
    const { fields: none } = await respond(
      { remove: 'want-repr-digest' },
      { 'want-repr-digest': 'sha-256=9' },
    )
    expect(none['repr-digest']).toBeUndefined()
  })

  it('gets the frames that the replaced Accept prefers', async () => {
    const { fields } = await respond({ set: { accept: 'text/event-stream' } }, {})
    expect(fields['content-type']).toMatch(/^text\/event-stream/)
    const { fields: raw } = await respond({ remove: 'accept' }, { accept: 'text/event-stream' })
    expect(raw['content-length']).toBe(String(SIZE))
  })

  it('is replaced by a rule whose ranges depend on the size as well', async () => {
    const match = { range: { overlaps: [SIZE - 1, SIZE] } } as const
    const { body } = await respond({ set: { range: 'bytes=0-1' } }, { range: 'bytes=-10' }, match)
    expect(body).toHaveLength(2)
  })
})
