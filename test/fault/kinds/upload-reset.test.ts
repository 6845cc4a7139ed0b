import { describe, expect, it } from 'vitest'
import { uploadReset } from '../../../src/fault/kinds/upload-reset.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

describe('The fault upload-reset', () => {
  it.each([
    ['HTTP/1.1', { kind: 'reset' }],
    ['HTTP/2', { kind: 'rst-stream', code: 8 }],
  ] as const)('ends %s by %j after its bytes', async (protocol, ending) => {
    const scene = sceneOf({ protocol, length: 6 })
    const fault = { kind: 'upload-reset', after: 5, code: 'CANCEL' } as const
    const { chunks, error } = await readBody(uploadReset.receive?.(fault, bytesIn(4, 2), scene))
    expect(chunks.flat()).toEqual([0, 1, 2, 3, 4])
    expect(error).toMatchObject({ response: { kind: 'end', ending }, rest: 'closed' })
    expect(scene.fired).toBe(1)
  })
})
