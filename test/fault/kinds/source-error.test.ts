import { describe, expect, it } from 'vitest'
import type { Version } from '../../../src/fault/fault.js'
import { sourceError } from '../../../src/fault/kinds/source-error.js'
import { bytesIn, readBody, sceneOf } from '../../fixture/fault-scene.js'

const version: Version = {
  etag: '"a"',
  lastModified: undefined,
  digests: 'sent',
  read: ({ start, end }) => bytesIn(2, Math.min(end - start, 6) - 2),
}
const { signal } = new AbortController()

/** Reads a slice of a representation whose source fails at byte 13. */
async function read(start: number, end: number, code?: string) {
  const scene = sceneOf()
  const fault = { kind: 'source-error', at: 13, ...(code !== undefined && { code }) } as const
  const selected = sourceError.select?.(fault, version, scene) ?? version
  const { chunks, error } = await readBody(selected.read({ start, end }, signal))
  return { length: chunks.flat().length, error, fired: scene.fired }
}

describe('The fault source-error', () => {
  it.each([
    ['in the middle of the slice', 10, 16, 3],
    ['at the last byte of the slice', 10, 14, 3],
    ['in a slice of unknown end', 10, Number.MAX_SAFE_INTEGER, 3],
  ])('%s fails the read after the bytes before it', async (_where, start, end, length) => {
    expect(await read(start, end)).toEqual({
      length,
      fired: 1,
      error: expect.objectContaining({
        code: 'SOURCE_FAILED',
        message: 'Cannot read: EIO: injected',
        cause: expect.objectContaining({ code: 'EIO' }),
      }),
    })
  })

  it.each([
    ['at the start of the slice, where a client resumes', 13, 19],
    ['at the end of the slice', 7, 13],
    ['after the slice', 0, 6],
  ])('%s does nothing', async (_where, start, end) => {
    expect(await read(start, end)).toEqual({ length: 6, fired: 0, error: undefined })
  })

  it('fails with the code of the fault', async () => {
    expect((await read(10, 16, 'ENOSPC')).error).toMatchObject({ facts: { code: 'ENOSPC' } })
  })
})
