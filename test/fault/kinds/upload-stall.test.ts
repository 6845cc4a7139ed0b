import { describe, expect, it } from 'vitest'
import { uploadStall } from '../../../src/fault/kinds/upload-stall.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

describe('The fault upload-stall', () => {
  it.each([
    [0, [500]],
    [3, [500]],
    [4, [500]],
    [6, []],
    [9, []],
  ])('after %i bytes waits %j, and loses no byte', async (after, waits) => {
    const scene = sceneOf({ length: 6 })
    const fault = { kind: 'upload-stall', after, ms: 500 } as const
    const { chunks } = await readBody(uploadStall.receive?.(fault, bytesIn(4, 2), scene))
    expect(chunks.flat()).toEqual([0, 1, 2, 3, 4, 5])
    expect(scene.waits).toEqual(waits)
  })
})
