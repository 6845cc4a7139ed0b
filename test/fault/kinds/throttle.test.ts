import { describe, expect, it } from 'vitest'
import { throttle } from '../../../src/fault/kinds/throttle.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

describe('The fault throttle', () => {
  it('writes a twentieth of the rate at a time and waits for the time that it takes', async () => {
    const scene = sceneOf()
    const body = throttle.body?.({ kind: 'throttle', rate: 100 }, bytesIn(12), scene)
    const { chunks } = await readBody(body)
    expect(chunks.map(({ length }) => length)).toEqual([5, 5, 2])
    expect(scene.waits).toEqual([50, 50, 20])
    expect(scene.fired).toBe(1)
  })

  it('does not wait while the body is behind its rate', async () => {
    let now = 0
    const scene = sceneOf({
      now: () => {
        now += 1000
        return now
      },
    })
    const body = throttle.body?.({ kind: 'throttle', rate: 100 }, bytesIn(12), scene)
    expect((await readBody(body)).chunks.flat()).toHaveLength(12)
    expect(scene.waits).toEqual([])
  })
})
