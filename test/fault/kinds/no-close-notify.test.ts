import { describe, expect, it } from 'vitest'
import { noCloseNotify } from '../../../src/fault/kinds/no-close-notify.js'
import { sceneOf } from '../../fixture/fault-scene.js'

describe('The fault no-close-notify', () => {
  it('closes the connection of HTTP/1 with TLS, without the alert', () => {
    const scene = sceneOf()
    const set: string[][] = []
    const head = {
      has: () => false,
      set: (...field: string[]) => void set.push(field),
      remove: () => {},
    }
    noCloseNotify.head?.({ kind: 'no-close-notify' }, head, scene)
    expect(set).toEqual([['connection', 'close']])
    expect(noCloseNotify.tail?.({ kind: 'no-close-notify' }, scene)).toEqual({
      closeNotify: 'left out',
    })
    expect(scene.fired).toBe(1)
    expect([noCloseNotify.protocols, noCloseNotify.needsTls]).toEqual([
      ['HTTP/1.0', 'HTTP/1.1'],
      true,
    ])
  })
})
