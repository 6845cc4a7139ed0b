import { describe, expect, it } from 'vitest'
import { InjectedEnding } from '../../../src/fault/injected-ending.js'
import { connectionReset } from '../../../src/fault/kinds/connection-reset.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

describe('The fault connection-reset', () => {
  it.each([[{ kind: 'connection-reset', at: 3 } as const, { kind: 'reset' }]])(
    'of %j sends the bytes before its position and ends the body with %j',
    async (fault, ending) => {
      const scene = sceneOf({ at: 3, length: 6 })
      const { chunks, error } = await readBody(connectionReset.body?.(fault, bytesIn(2, 4), scene))
      expect(chunks).toEqual([[0, 1], [2]])
      expect(error).toBeInstanceOf(InjectedEnding)
      expect(error).toMatchObject({ code: 'FAULT_INJECTED', ending })
      expect(scene.fired).toBe(1)
    },
  )

  it('does nothing to a body of unknown length that ends before its position', async () => {
    const scene = sceneOf({ at: 7 })
    const { error } = await readBody(
      connectionReset.body?.({ kind: 'connection-reset', at: 3 }, bytesIn(2, 4), scene),
    )
    expect(error).toBeUndefined()
    expect(scene.fired).toBe(0)
  })

  it('is expressed by every protocol', () => {
    expect(connectionReset.protocols).toEqual(undefined)
  })
})
