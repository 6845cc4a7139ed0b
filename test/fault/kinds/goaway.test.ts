import { describe, expect, it } from 'vitest'
import { InjectedEnding } from '../../../src/fault/injected-ending.js'
import { goaway } from '../../../src/fault/kinds/goaway.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

describe('The fault goaway', () => {
  it.each([
    [{ kind: 'goaway', at: 3 } as const, { kind: 'goaway', code: 2 }],
    [{ kind: 'goaway', at: 3, code: 'ENHANCE_YOUR_CALM' } as const, { kind: 'goaway', code: 11 }],
  ])(
    'of %j sends the bytes before its position and ends the body with %j',
    async (fault, ending) => {
      const scene = sceneOf({ at: 3, length: 6 })
      const { chunks, error } = await readBody(goaway.body?.(fault, bytesIn(2, 4), scene))
      expect(chunks).toEqual([[0, 1], [2]])
      expect(error).toBeInstanceOf(InjectedEnding)
      expect(error).toMatchObject({ code: 'FAULT_INJECTED', ending })
      expect(scene.fired).toBe(1)
    },
  )

  it('does nothing to a body of unknown length that ends before its position', async () => {
    const scene = sceneOf({ at: 7 })
    const { error } = await readBody(goaway.body?.({ kind: 'goaway', at: 3 }, bytesIn(2, 4), scene))
    expect(error).toBeUndefined()
    expect(scene.fired).toBe(0)
  })

  it('is expressed by HTTP/2', () => {
    expect(goaway.protocols).toEqual(['HTTP/2'])
  })
})
