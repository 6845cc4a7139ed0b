import { describe, expect, it } from 'vitest'
import {
  type FileOptions,
  type FileSettings,
  settleFiles,
} from '../../src/settings/file-options.js'

const onFile = () => {}

describe('settleFiles', () => {
  it.each<[FileOptions, FileOptions | undefined, Partial<FileSettings>]>([
    [{}, undefined, { dotfiles: 'ignore', index: ['index.html'], extensions: [] }],
    [{ index: false }, undefined, { index: [] }],
    [{ index: 'a' }, undefined, { index: ['a'] }],
    [{ extensions: 'html' }, undefined, { extensions: ['html'] }],
    [{ extensions: ['html', 'htm'] }, undefined, { extensions: ['html', 'htm'] }],
    [{ preCompressed: true }, undefined, { preCompressed: ['br', 'zstd', 'gzip'] }],
    [{ onFile }, undefined, { onFile }],
    [{ serveDotFiles: true }, undefined, { dotfiles: 'allow' }],
    [{ serveDotFiles: false }, undefined, { dotfiles: 'ignore' }],
    [{ serveDotFiles: true, dotfiles: 'deny' }, undefined, { dotfiles: 'deny' }],
    // Of a call, over those of its registration.
    [{ index: 'a', extensions: 'html' }, { index: ['b'] }, { index: ['b'], extensions: ['html'] }],
    [{ dotfiles: 'deny' }, { dotfiles: 'allow' }, { dotfiles: 'allow' }],
    [{ dotfiles: 'deny' }, { serveDotFiles: true }, { dotfiles: 'allow' }],
    [{ dotfiles: 'deny' }, { serveDotFiles: false }, { dotfiles: 'deny' }],
    [{ preCompressed: true }, { preCompressed: false }, { preCompressed: [] }],
    [{}, { onFile }, { onFile }],
  ])('settles %o and, of a call, %o', (registration, call, settings) => {
    expect(settleFiles(registration, call)).toMatchObject(settings)
  })

  it('settles the fields of a call over those of its registration', () => {
    const { fields } = settleFiles(
      { maxAge: '1h', etag: false },
      { maxAge: 0, acceptRanges: false },
    )
    expect(fields).toMatchObject({
      cacheControl: 'public, max-age=0',
      etag: 'none',
      acceptRanges: false,
    })
  })
})
