import { describe, expect, it } from 'vitest'
import { settleFault } from '../../../src/fault/fault-rule.js'
import { status } from '../../../src/fault/kinds/status.js'
import { sceneOf } from '../../fixture/fault-scene.js'

describe('The fault status', () => {
  it.each([
    [{ status: 404 }, {}],
    [{ status: 503, retryAfter: 2 }, { 'retry-after': '2' }],
    [{ status: 503, retryAfter: 0 }, { 'retry-after': '0' }],
    [
      { status: 429, retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' },
      { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' },
    ],
  ])('of %j replaces the response by one with the fields %j', async (members, fields) => {
    const scene = sceneOf()
    expect(await status.before?.({ kind: 'status', ...members }, scene)).toEqual({
      kind: 'status',
      status: members.status,
      fields,
    })
    expect(scene.fired).toBe(1)
  })

  it('sends fields and a body', async () => {
    const fields = { Location: '/login' }
    const respond = (members: object) =>
      status.before?.({ kind: 'status', status: 302, fields, ...members }, sceneOf())
    expect(await respond({ retryAfter: 1 })).toEqual({
      kind: 'status',
      status: 302,
      fields: { location: '/login', 'retry-after': '1' },
    })
    const html = { 'content-type': 'text/html; charset=utf-8', location: '/login' }
    expect(await respond({ body: '' })).toEqual({
      kind: 'content',
      status: 302,
      fields: html,
      body: '',
    })
    expect(await respond({ body: 'a', type: 'text/plain' })).toMatchObject({
      fields: { ...html, 'content-type': 'text/plain' },
    })
  })

  it.each([
    [{ fields: { 'Content-Length': '5' } }, 'fault.fields'],
    [{ fields: { 'transfer-encoding': 'chunked' } }, 'fault.fields'],
    [{ fields: { a: 'b\r\n' } }, 'fault.fields'],
    [{ type: 'html' }, 'fault.type'],
    [{ type: 'text/html\r\nx: y' }, 'fault.type'],
    [{ body: 5 }, 'fault.body'],
  ])('with %j is refused', (members, member) => {
    expect(() => settleFault({ kind: 'status', status: 200, ...members }, 'fault')).toThrow(
      expect.objectContaining({ code: 'BAD_FAULT', facts: { member } }),
    )
  })
})
