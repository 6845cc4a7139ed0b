import { describe, expect, it } from 'vitest'
import { endEarly } from '../../../src/fault/kinds/end-early.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

const fault = { kind: 'end-early', at: 3 } as const

describe('The fault end-early', () => {
  it.each([
    [undefined, 3, undefined],
    ['bytes 10-19/100', 3, 'bytes 10-12/13'],
    ['bytes 10-19/100', 0, 'bytes 10-19/100'],
    ['bytes */100', 3, 'bytes */100'],
  ])('announces Content-Range %s, ended at byte %i, as %s', (contentRange, at, announced) => {
    const scene = sceneOf({ at, length: 10 })
    const announcement = { length: 10, framing: 'length', contentRange } as const
    expect(endEarly.announce?.(fault, announcement, scene)).toEqual({
      length: at,
      framing: 'length',
      contentRange: announced,
    })
    expect(scene.fired).toBe(1)
  })

  it('announces nothing else for a body of unknown length', () => {
    const scene = sceneOf({ at: 3 })
    const announcement = { length: undefined, framing: 'unknown', contentRange: undefined } as const
    expect(endEarly.announce?.(fault, announcement, scene)).toBe(announcement)
    expect(scene.fired).toBe(0)
  })

  it.each([6, undefined])(
    'ends a body of %s bytes at its position without an error',
    async (length) => {
      const scene = sceneOf({ at: 3, length })
      const { chunks, error } = await readBody(endEarly.body?.(fault, bytesIn(2, 4), scene))
      expect(chunks).toEqual([[0, 1], [2]])
      expect(error).toBeUndefined()
      expect(scene.fired).toBe(1)
    },
  )
})
