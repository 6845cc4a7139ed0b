import { describe, expect, it } from 'vitest'
import { chunked } from '../../../src/fault/kinds/chunked.js'
import { sceneOf } from '../../fixture/fault-scene.js'

describe('The fault chunked', () => {
  it('announces no Content-Length and keeps the length at which the message is complete', () => {
    const scene = sceneOf()
    const announced = { length: 6, framing: 'length', contentRange: 'bytes 0-5/9' } as const
    expect(chunked.announce?.({ kind: 'chunked' }, announced, scene)).toEqual({
      ...announced,
      framing: 'unknown',
    })
    expect(scene.fired).toBe(1)
  })
})
