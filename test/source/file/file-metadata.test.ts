import { describe, expect, it } from 'vitest'
import { fileMetadata } from '../../../src/source/file/file-metadata.js'
import { entityTagOf } from '../../../src/source/file/file-version.js'

const identity = {
  dev: 1n,
  ino: 2n,
  size: 3_000_000_000n,
  mtimeNs: 1_700_000_000_999_999_999n,
  ctimeNs: 5n,
}

describe('fileMetadata', () => {
  it('names the file, its media type, bytes, entity tag and mtime in whole ms', () => {
    expect(fileMetadata('/root/dir/clip.mp4', identity, 'settled')).toEqual({
      name: 'clip.mp4',
      contentType: 'video/mp4',
      size: 3_000_000_000,
      etag: entityTagOf(identity),
      lastModified: 1_700_000_000_999,
    })
  })

  it('has no entity tag for a fresh file, since the next write may leave the same stat', () => {
    expect(fileMetadata('/root/f', identity, 'fresh').etag).toBeUndefined()
  })
})
