import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { corrupt } from '../../../src/fault/kinds/corrupt.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

describe('The fault corrupt', () => {
  it.each([
    [{ at: 3 }, [0, 1, 2, 3 ^ 0xff, 4, 5]],
    [{ at: 0, mask: 1 }, [1, 1, 2, 3, 4, 5]],
    [{ at: 1, length: 3, mask: 2 }, [0, 3, 0, 1, 4, 5]],
    [{ at: 5, length: 9, mask: 4 }, [0, 1, 2, 3, 4, 1]],
  ])('of %j sends %j', async (members, bytes) => {
    const scene = sceneOf({ at: members.at })
    const body = corrupt.body?.({ kind: 'corrupt', ...members }, bytesIn(2, 4), scene)
    expect((await readBody(body)).chunks.flat()).toEqual(bytes)
    expect(scene.fired).toBeGreaterThan(0)
  })

  it('changes the same bytes however the body is divided into chunks', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
        fc.nat(30),
        fc.integer({ min: 1, max: 20 }),
        async (lengths, at, length) => {
          const fault = { kind: 'corrupt', at, length } as const
          const { chunks } = await readBody(
            corrupt.body?.(fault, bytesIn(...lengths), sceneOf({ at })),
          )
          const total = lengths.reduce((sum, each) => sum + each, 0)
          const expected = Array.from({ length: total }, (_, index) =>
            index >= at && index < at + length ? index ^ 0xff : index,
          )
          expect(chunks.flat()).toEqual(expected)
        },
      ),
    ))

  it('leaves the chunks of the source unchanged, since they may be cached', async () => {
    const chunk = Uint8Array.from([1, 2, 3])
    const body = (async function* () {
      yield chunk
    })()
    await readBody(corrupt.body?.({ kind: 'corrupt', at: 0, length: 3 }, body, sceneOf()))
    expect([...chunk]).toEqual([1, 2, 3])
  })
})
