import { describe, expect, it } from 'vitest'
import { settleFault } from '../../../src/fault/fault-rule.js'
import { desync } from '../../../src/fault/kinds/desync.js'
import { sceneOf } from '../../fixture/fault-scene.js'

describe('The fault desync', () => {
  it.each([
    [{}, 16],
    [{ length: 3 }, 3],
  ])('of %j adds %i random bytes', (members, length) => {
    const scene = sceneOf()
    const tail = desync.tail?.({ kind: 'desync', ...members }, scene)
    expect(tail?.extra).toEqual(scene.randomBytes(length))
    expect(scene.fired).toBe(1)
  })

  it.each([0, 65_537, 1.5, '5'])('of the length %j is refused', (length) => {
    expect(() => settleFault({ kind: 'desync', length }, 'fault')).toThrow(
      'fault.length: expected a number of bytes from 1 to 65536',
    )
  })
})
