import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasEnded, newRun, parseRun } from '../../../src/client/download/run.js'

describe('newRun', () => {
  it('has another id each time', () => {
    expect(newRun('here').id).not.toBe(newRun('here').id)
  })
})

describe('hasEnded', () => {
  it('is proven for a run with the same locks, and for no other', () => {
    expect(hasEnded({ id: 'a', locks: 'here' }, 'here')).toBe(true)
    expect(hasEnded({ id: 'a', locks: 'there' }, 'here')).toBe(false)
    expect(hasEnded({ id: 'a' }, 'here')).toBe(false)
    expect(hasEnded({ id: 'a' }, undefined)).toBe(false)
    expect(hasEnded(undefined, 'here')).toBe(false)
    expect(hasEnded(undefined, undefined)).toBe(false)
  })
})

describe('parseRun', () => {
  it('reads what a sidecar records of a run', () => {
    for (const run of [newRun('here'), newRun(undefined)]) {
      expect(parseRun(JSON.parse(JSON.stringify(run)))).toEqual(run)
    }
  })

  it('drops locks of another type, so that the run is not taken for one that has ended', () => {
    expect(parseRun({ id: 'a', locks: 1 })).toEqual({ id: 'a' })
  })

  it('reads a run without id as none, whatever the value is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(typeof (value as { id?: unknown } | null)?.id !== 'string')
        expect(parseRun(value)).toBeUndefined()
      }),
    )
  })
})
