import { describe, expect, it } from 'vitest'
import { fileMetadata } from '../../../src/source/file/file-metadata.js'
import { entityTagOf } from '../../../src/source/file/file-version.js'

const identity = {
  dev: 1n,
  ino: 2n,
  size: 3_000_000_000n,
  mtimeNs: 1_700_000_000_999_999_999n,
  ctimeNs: 1_700_000_001_999_999_998n,
}

describe('fileMetadata', () => {
  it('names the file, its media type, bytes, entity tag and mtime in whole ms', () => {
    expect(fileMetadata('/root/dir/clip.mp4', identity, 'settled', undefined)).toEqual({
      name: 'clip.mp4',
      contentType: 'video/mp4',
      size: 3_000_000_000,
      etag: entityTagOf(identity),
      lastModified: 1_700_000_000_999,
    })
  })

  it.each([
    [-1n, -1],
    [-1_000_000n, -1],
    [-1_000_001n, -2],
    [1_999_999n, 1],
  ])('rounds an mtime of %s ns down to %s ms', (mtimeNs, ms) => {
    expect(fileMetadata('/f', { ...identity, mtimeNs }, 'settled', undefined).lastModified).toBe(ms)
  })

  it.each(['weak', 'shared', undefined] as const)('passes on that its date is %s', (strength) => {
    expect(fileMetadata('/f', identity, 'settled', strength).dateStrength).toBe(strength)
  })

  it('has no entity tag for a fresh file, since the next write may leave the same stat', () => {
    expect(fileMetadata('/root/f', identity, 'fresh', undefined).etag).toBeUndefined()
  })
})
