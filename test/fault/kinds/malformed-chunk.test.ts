import { describe, expect, it } from 'vitest'
import { InjectedEnding } from '../../../src/fault/injected-ending.js'
import { malformedChunk } from '../../../src/fault/kinds/malformed-chunk.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

describe('The fault malformed-chunk', () => {
  it.each([
    [
      { kind: 'malformed-chunk', at: 3 } as const,
      { kind: 'raw', bytes: Buffer.from('not a chunk size\r\n') },
    ],
  ])(
    'of %j sends the bytes before its position and ends the body with %j',
    async (fault, ending) => {
      const scene = sceneOf({ at: 3, length: 6 })
      const { chunks, error } = await readBody(malformedChunk.body?.(fault, bytesIn(2, 4), scene))
      expect(chunks).toEqual([[0, 1], [2]])
      expect(error).toBeInstanceOf(InjectedEnding)
      expect(error).toMatchObject({ code: 'FAULT_INJECTED', ending })
      expect(scene.fired).toBe(1)
    },
  )

  it('does nothing to a body of unknown length that ends before its position', async () => {
    const scene = sceneOf({ at: 7 })
    const { error } = await readBody(
      malformedChunk.body?.({ kind: 'malformed-chunk', at: 3 }, bytesIn(2, 4), scene),
    )
    expect(error).toBeUndefined()
    expect(scene.fired).toBe(0)
  })

  it('is expressed by HTTP/1.1', () => {
    expect(malformedChunk.protocols).toEqual(['HTTP/1.1'])
  })

  it('announces no length, so that the body is chunked', () => {
    const announced = { length: 6, framing: 'length', contentRange: undefined } as const
    const fault = { kind: 'malformed-chunk', at: 3 } as const
    expect(malformedChunk.announce?.(fault, announced, sceneOf())).toEqual({
      ...announced,
      framing: 'unknown',
    })
  })
})
