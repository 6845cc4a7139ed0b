import { describe, expect, it } from 'vitest'
import { settleFault } from '../../../src/fault/fault-rule.js'
import { type ResponseFields, responseFields } from '../../../src/fault/kinds/response-fields.js'
import { sceneOf } from '../../fixture/fault-scene.js'

/** The fields after the fault, and how often it acted. */
function edited(edits: Omit<ResponseFields, 'kind'>, before: Record<string, string>) {
  const fields = new Map(Object.entries(before))
  const scene = sceneOf()
  const head = {
    has: (name: string) => fields.has(name),
    set: (name: string, value: string) => void fields.set(name, value),
    remove: (name: string) => void fields.delete(name),
  }
  responseFields.head?.({ kind: 'response-fields', ...edits }, head, scene)
  return { fields: Object.fromEntries(fields), fired: scene.fired }
}

describe('The fault response-fields', () => {
  it.each([
    [{ set: { ETag: '"b"' } }, { etag: '"a"' }, { etag: '"b"' }, 1],
    [{ set: { 'x-new': '' } }, { etag: '"a"' }, { etag: '"a"', 'x-new': '' }, 1],
    [{ remove: 'ETag' }, { etag: '"a"', date: 'd' }, { date: 'd' }, 1],
    [{ remove: ['etag', 'date'] }, { etag: '"a"', date: 'd' }, {}, 2],
    [{ remove: 'etag', set: { etag: '"b"' } }, { etag: '"a"' }, { etag: '"b"' }, 2],
    [{ remove: 'etag' }, { date: 'd' }, { date: 'd' }, 0],
    [{}, { date: 'd' }, { date: 'd' }, 0],
  ])('%j makes %j %j', (edits, before, after, fired) => {
    expect(edited(edits, before)).toEqual({ fields: after, fired })
  })

  it.each([{ trailer: 'a' }, { Trailer: 'a' }, { a: 'b\r\nc: d' }, { 'a:': 'b' }, {}])(
    'can not set %j',
    (set) => {
      expect(() => settleFault({ kind: 'response-fields', set }, 'fault')).toThrow(
        /^fault\.set: expected an object of 1 to 100 header fields/,
      )
    },
  )
})
