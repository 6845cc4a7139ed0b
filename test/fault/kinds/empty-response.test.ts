import { describe, expect, it } from 'vitest'
import { emptyResponse } from '../../../src/fault/kinds/empty-response.js'
import { sceneOf } from '../../fixture/fault-scene.js'

describe('The fault empty-response', () => {
  it('sends nothing in place of the response, on HTTP/1 only', async () => {
    const scene = sceneOf()
    expect(await emptyResponse.before?.({ kind: 'empty-response' }, scene)).toEqual({
      kind: 'silence',
    })
    expect(scene.fired).toBe(1)
    expect(emptyResponse.protocols).toEqual(['HTTP/1.0', 'HTTP/1.1'])
  })
})
