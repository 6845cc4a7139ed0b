import { describe, expect, it } from 'vitest'
import { garbage } from '../../../src/fault/kinds/garbage.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

describe('The fault garbage', () => {
  it.each([
    ['fewer bytes than the body has left, and cuts it', 2, 6, [1, 2], { kind: 'cut' }],
    ['as many bytes as the body has left, and completes it', 3, 6, [1, 2, 3], undefined],
    ['no more bytes than the body has left', 9, 6, [1, 2, 3], undefined],
    [
      'all bytes in a body of unknown length, and cuts it',
      4,
      undefined,
      [1, 2, 3, 4],
      { kind: 'cut' },
    ],
  ])('sends %s', async (_what, length, total, random, ending) => {
    const scene = sceneOf({ at: 3, length: total })
    const fault = { kind: 'garbage', at: 3, length } as const
    const { chunks, error } = await readBody(garbage.body?.(fault, bytesIn(2, 4), scene))
    expect(chunks.flat()).toEqual([0, 1, 2, ...random])
    expect((error as { ending?: unknown } | undefined)?.ending).toEqual(ending)
    expect(scene.fired).toBe(1)
  })

  it('repeats a block of 64 KiB for a long body', async () => {
    const scene = sceneOf({ at: 0, length: 200_000 })
    const fault = { kind: 'garbage', at: 0, length: 150_000 } as const
    const { chunks } = await readBody(garbage.body?.(fault, bytesIn(1), scene))
    expect(chunks.map(({ length }) => length)).toEqual([65_536, 65_536, 18_928])
  })

  it('sends 1024 bytes by default', async () => {
    const scene = sceneOf({ at: 0, length: 5000 })
    const { chunks } = await readBody(garbage.body?.({ kind: 'garbage', at: 0 }, bytesIn(1), scene))
    expect(chunks.flat()).toHaveLength(1024)
  })
})
