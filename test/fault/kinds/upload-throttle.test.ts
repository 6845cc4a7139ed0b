import { describe, expect, it } from 'vitest'
import { uploadThrottle } from '../../../src/fault/kinds/upload-throttle.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

describe('The fault upload-throttle', () => {
  it('reads at its rate', async () => {
    const scene = sceneOf({ length: 6 })
    const fault = { kind: 'upload-throttle', rate: 1 } as const
    const { chunks } = await readBody(uploadThrottle.receive?.(fault, bytesIn(4, 2), scene))
    expect(chunks.flat()).toEqual([0, 1, 2, 3, 4, 5])
    expect(scene.waits).toEqual(Array(6).fill(1000))
  })
})
