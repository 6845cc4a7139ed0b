import { describe, expect, it } from 'vitest'
import { untilClose } from '../../../src/fault/kinds/until-close.js'
import { sceneOf } from '../../fixture/fault-scene.js'

describe('The fault until-close', () => {
  it('removes the framing of the body and closes the connection', () => {
    const scene = sceneOf()
    const edits: unknown[] = []
    untilClose.head?.(
      { kind: 'until-close' },
      {
        has: () => true,
        set: (...field) => void edits.push(field),
        remove: (name) => void edits.push(name),
      },
      scene,
    )
    expect(edits).toEqual(['content-length', 'transfer-encoding', ['connection', 'close']])
    expect(scene.fired).toBe(1)
    expect(untilClose.protocols).toEqual(['HTTP/1.0', 'HTTP/1.1'])
  })
})
