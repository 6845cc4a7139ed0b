import { describe, expect, it } from 'vitest'
import { changedValidators } from '../../src/fault/changed-validators.js'
import { bytesIn } from '../fixture/fault-scene.js'

const versionOf = (etag: string | undefined, lastModified: number | undefined) =>
  ({ etag, lastModified, digests: 'sent', read: () => bytesIn(0) }) as const

describe('changedValidators', () => {
  it('returns a strong ETag and an earlier Last-Modified, equal for equal arguments', () => {
    const changed = changedValidators(versionOf('"a"', 90_000), 'etag-flip', 3)
    expect(changed).toEqual({
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
      lastModified: 87_000,
    })
    expect(changedValidators(versionOf('"a"', 90_000), 'etag-flip', 3)).toEqual(changed)
  })

  it('returns a different ETag for another ETag, another kind of fault and another version', () => {
    const etags = [
      changedValidators(versionOf('"a"', 0), 'etag-flip', 1),
      changedValidators(versionOf('"b"', 0), 'etag-flip', 1),
      changedValidators(versionOf(undefined, 0), 'etag-flip', 1),
      changedValidators(versionOf('"a"', 0), 'content-change', 1),
      changedValidators(versionOf('"a"', 0), 'etag-flip', 2),
    ].map(({ etag }) => etag)
    expect(new Set(etags).size).toBe(5)
  })

  it('adds no Last-Modified to a version without one', () => {
    const { lastModified } = changedValidators(versionOf('"a"', undefined), 'etag-flip', 1)
    expect(lastModified).toBeUndefined()
  })
})
