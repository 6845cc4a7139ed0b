import { describe, expect, it } from 'vitest'
import { endBodyAt } from '../../src/fault/end-body-at.js'
import { bytesIn, readBody, sceneOf } from '../fixture/fault-scene.js'

describe('endBodyAt', () => {
  it.each([
    [0, 4, []],
    [1, 4, [0]],
    [2, 4, [0, 1]],
    [3, undefined, [0, 1, 2]],
    [0, undefined, []],
  ])(
    'at byte %i of a body of %s bytes sends %j, fires and throws the ending',
    async (at, length, bytes) => {
      const scene = sceneOf({ at, length })
      const { chunks, error } = await readBody(endBodyAt(bytesIn(2, 2), scene, { kind: 'reset' }))
      expect(chunks.flat()).toEqual(bytes)
      expect(error).toMatchObject({ ending: { kind: 'reset' } })
      expect(scene.fired).toBe(1)
    },
  )

  it.each([4, 5])(
    'at byte %i of 4 bytes without a known length sends the whole body',
    async (at) => {
      const scene = sceneOf({ at })
      const { chunks, error } = await readBody(endBodyAt(bytesIn(2, 2), scene, { kind: 'cut' }))
      expect(chunks.flat()).toEqual([0, 1, 2, 3])
      expect(error).toBeUndefined()
      expect(scene.fired).toBe(0)
    },
  )
})
