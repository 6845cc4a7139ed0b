import { describe, expect, it } from 'vitest'
import { stall } from '../../../src/fault/kinds/stall.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

describe('The fault stall', () => {
  it.each([
    [
      0,
      500,
      [
        [0, 1, 2, 3],
        [4, 5],
      ],
      [500],
    ],
    [3, 500, [[0, 1, 2], [3], [4, 5]], [500]],
    [
      4,
      undefined,
      [
        [0, 1, 2, 3],
        [4, 5],
      ],
      [undefined],
    ],
    [
      9,
      500,
      [
        [0, 1, 2, 3],
        [4, 5],
      ],
      [],
    ],
  ])('at byte %i for %s ms sends %j with the waits %j', async (at, ms, chunks, waits) => {
    const scene = sceneOf({ at })
    const fault = { kind: 'stall', at, ...(ms !== undefined && { ms }) } as const
    expect(await readBody(stall.body?.(fault, bytesIn(4, 2), scene))).toEqual({
      chunks,
      error: undefined,
    })
    expect(scene.waits).toEqual(waits)
    expect(scene.fired).toBe(waits.length)
  })

  it('sends exactly the bytes before its position before it waits', async () => {
    const stopped = new Error('the transfer has ended')
    const scene = sceneOf({ at: 3, wait: () => Promise.reject(stopped) })
    const { chunks, error } = await readBody(
      stall.body?.({ kind: 'stall', at: 3 }, bytesIn(4, 2), scene),
    )
    expect(chunks).toEqual([[0, 1, 2]])
    expect(error).toBe(stopped)
  })
})
