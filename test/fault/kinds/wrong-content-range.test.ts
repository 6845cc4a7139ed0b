import { describe, expect, it } from 'vitest'
import { wrongContentRange } from '../../../src/fault/kinds/wrong-content-range.js'
import { sceneOf } from '../../fixture/fault-scene.js'

describe('The fault wrong-content-range', () => {
  it.each([
    ['bytes 0-99/1000', undefined, 'bytes 1-100/1001', 1],
    ['bytes 10-19/20', 5, 'bytes 15-24/25', 1],
    ['bytes 10-19/*', 5, 'bytes 15-24/25', 1],
    ['bytes */1000', 5, 'bytes */1000', 0],
    [undefined, 5, undefined, 0],
  ])('announces %s, shifted by %s bytes, as %s', (contentRange, shift, expected, fired) => {
    const scene = sceneOf()
    const announcement = { length: 10, framing: 'length', contentRange } as const
    const fault = { kind: 'wrong-content-range', ...(shift !== undefined && { shift }) } as const
    expect(wrongContentRange.announce?.(fault, announcement, scene)).toEqual({
      ...announcement,
      contentRange: expected,
    })
    expect(scene.fired).toBe(fired)
  })
})
