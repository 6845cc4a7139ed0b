import { describe, expect, it } from 'vitest'
import { uploadStatus } from '../../../src/fault/kinds/upload-status.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

describe('The fault upload-status', () => {
  it.each([0, 5])('responds after %i bytes', async (after) => {
    const scene = sceneOf({ length: 6 })
    const fault = { kind: 'upload-status', after, status: 413, retryAfter: 2 } as const
    const { chunks, error } = await readBody(uploadStatus.receive?.(fault, bytesIn(4, 2), scene))
    expect(chunks.flat()).toHaveLength(after)
    const response = { kind: 'status', status: 413, fields: { 'retry-after': '2' } }
    expect(error).toMatchObject({ response, rest: 'closed' })
  })

  it('does nothing to a body that ends at the position', async () => {
    const scene = sceneOf({ length: 6 })
    const fault = { kind: 'upload-status', after: 6, status: 413 } as const
    const { chunks, error } = await readBody(uploadStatus.receive?.(fault, bytesIn(4, 2), scene))
    expect([chunks.flat().length, error, scene.fired]).toEqual([6, undefined, 0])
  })
})
