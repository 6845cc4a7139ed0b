import { describe, expect, it } from 'vitest'
import { latency } from '../../../src/fault/kinds/latency.js'
import { sceneOf } from '../../fixture/fault-scene.js'

describe('The fault latency', () => {
  it.each([
    [{ ms: 100 }, 100],
    [{ ms: 100, jitter: 50 }, 125],
    [{ ms: 0 }, 0],
  ])(
    'of %j waits %i ms before the header section at a random number of 0.5',
    async (members, ms) => {
      const scene = sceneOf()
      expect(await latency.before?.({ kind: 'latency', ...members }, scene)).toBeUndefined()
      expect(scene.waits).toEqual([ms])
      expect(scene.fired).toBe(1)
    },
  )

  it('fails with the reason of a transfer that ends meanwhile', async () => {
    const wait = () => Promise.reject(new Error('gone'))
    const delayed = latency.before?.({ kind: 'latency', ms: 1 }, sceneOf({ wait }))
    await expect(delayed).rejects.toThrow('gone')
  })
})
