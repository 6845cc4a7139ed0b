import { describe, expect, it } from 'vitest'
import { settleFault } from '../../../src/fault/fault-rule.js'
import { requestFields } from '../../../src/fault/kinds/request-fields.js'
import { sceneOf } from '../../fixture/fault-scene.js'

const received = { range: 'bytes=5-9', 'if-range': '"a"', host: 'h' }

describe('The fault request-fields', () => {
  it.each([
    [{ remove: 'If-Range' }, { range: 'bytes=5-9', host: 'h' }, 1],
    [{ remove: ['range', 'if-range'] }, { host: 'h' }, 1],
    [{ set: { Range: 'bytes=0-' } }, { ...received, range: 'bytes=0-' }, 1],
    [{ remove: 'range', set: { range: 'bytes=1-' } }, { ...received, range: 'bytes=1-' }, 1],
    [{ remove: 'if-match' }, received, 0],
    [{}, received, 0],
  ])('%j makes the received fields %j', (edits, expected, fired) => {
    const scene = sceneOf()
    const fault = { kind: 'request-fields', ...edits } as const
    expect(requestFields.fields?.(fault, received, scene)).toEqual(expected)
    expect(scene.fired).toBe(fired)
  })

  it('can not set a value with a line break', () => {
    expect(() =>
      settleFault({ kind: 'request-fields', set: { range: 'bytes=0-\n' } }, 'fault'),
    ).toThrow(/^fault\.set: expected/)
  })
})
