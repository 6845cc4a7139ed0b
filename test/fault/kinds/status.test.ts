import { describe, expect, it } from 'vitest'
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
})
