import { describe, expect, it } from 'vitest'
import { slice } from '../../../src/fault/kinds/slice.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

describe('The fault slice', () => {
  it.each([
    [{ size: 2 }, [[0, 1], [2], [3, 4], [5]], []],
    [{ size: 2, ms: 10 }, [[0, 1], [2], [3, 4], [5]], [10, 10, 10, 10]],
    [
      { size: 9 },
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
      [],
    ],
  ])(
    'of %j divides chunks of 3 bytes into %j, with the pauses %j',
    async (members, writes, waits) => {
      const scene = sceneOf()
      const body = slice.body?.({ kind: 'slice', ...members }, bytesIn(3, 3), scene)
      expect((await readBody(body)).chunks).toEqual(writes)
      expect(scene.waits).toEqual(waits)
      expect(scene.fired).toBe(1)
    },
  )
})
