import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Settings, settleOptions } from '../../src/settings/settings.js'

const SOURCE = { open: async () => ({ kind: 'absent' }) }

describe('settleOptions', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('returns the defaults for a folder', () => {
    vi.stubEnv('LASTBYTE_ZERO_COPY', '')
    const settings = settleOptions({ root: 'media' })
    expect(Object.isFrozen(settings)).toBe(true)
    expect(settings).toEqual({
      roots: [resolve('media')],
      source: undefined,
      prefix: '/',
      decorateReply: undefined,
      serve: true,
      index: ['index.html'],
      dotfiles: 'ignore',
      appends: 'enforced',
      fields: {
        cacheControl: 'public, max-age=0',
        acceptRanges: true,
        contentType: true,
        etag: 'stat',
        vary: 'Accept',
        lastModified: true,
      },
      onFile: undefined,
      files: { root: 'media' },
      setHeaders: undefined,
      allowedPath: undefined,
      list: undefined,
      pages: false,
      redirect: true,
      wildcard: true,
      constraints: undefined,
      extensions: [],
      globIgnore: [],
      schemaHide: true,
      suppressWarning: false,
      preCompressed: [],
      logLevel: undefined,
      digest: 'asked',
      digestLimit: 64 * 1024 * 1024,
      digestMaximum: 8 * 1024 ** 3,
      stallTimeout: 60_000,
      sourceTimeout: 30_000,
      shutdownGrace: 10_000,
      faults: undefined,
      rates: { rate: undefined, ratePerAddress: undefined },
      zeroCopy: 'auto',
      watch: undefined,
      streams: {
        heartbeat: 15_000,
        openAfter: 1_000,
        reauthorize: undefined,
        reauthorizeInterval: 60_000,
        retry: undefined,
        jitter: 0.5,
        errorEvent: 'error',
        followIdle: 60_000,
      },
    })
  })

  it.each<[object, Partial<Settings>]>([
    [{ root: pathToFileURL('/a b') }, { roots: [resolve('/a b')] }],
    [{ root: ['a', 'b'] }, { roots: [resolve('a'), resolve('b')] }],
    [{ serve: false }, { roots: [], serve: false }],
    [{ root: 'a', prefix: '/media' }, { prefix: '/media/' }],
    [{ root: 'a', prefix: '/media//' }, { prefix: '/media/' }],
    [{ root: 'a', prefix: '//a//b' }, { prefix: '/a/b/' }],
    [{ root: 'a', prefix: '' }, { prefix: '/' }],
    [{ root: '/a/' }, { roots: ['/a/'] }],
    [{ root: 'a', index: false }, { index: [] }],
    [{ root: 'a', index: 'a.html' }, { index: ['a.html'] }],
    [{ root: 'a', index: ['a.html', 'b.html'] }, { index: ['a.html', 'b.html'] }],
    [{ root: 'a', list: true }, { list: {} }],
    [{ root: 'a', list: false }, { list: undefined }],
    [{ root: 'a', preCompressed: true }, { preCompressed: ['br', 'zstd', 'gzip'] }],
    [{ root: 'a', preCompressed: false }, { preCompressed: [] }],
    [{ root: 'a', preCompressed: ['gzip'] }, { preCompressed: ['gzip'] }],
    [{ root: 'a', watch: '/-/watch/' }, { watch: '/-/watch' }],
    [{ root: 'a', zeroCopy: 'off' }, { zeroCopy: 'off' }],
    [{ source: { ...SOURCE, patience: 80_000 } }, { sourceTimeout: 80_000 }],
    [{ source: { ...SOURCE, patience: 80_000 }, sourceTimeout: 5 }, { sourceTimeout: 5 }],
  ])('settles %o', (options, settings) => {
    expect(settleOptions(options)).toMatchObject(settings)
  })

  it('takes the default of zeroCopy from the environment', () => {
    vi.stubEnv('LASTBYTE_ZERO_COPY', 'off')
    expect(settleOptions({ root: 'a' }).zeroCopy).toBe('off')
    expect(settleOptions({ root: 'a', zeroCopy: 'on' }).zeroCopy).toBe('on')
  })

  it('refuses another value of the environment variable by its name', () => {
    vi.stubEnv('LASTBYTE_ZERO_COPY', 'maybe')
    expect(() => settleOptions({ root: 'a' })).toThrow(
      'LASTBYTE_ZERO_COPY: expected "auto", "on", "always" or "off"; received "maybe"',
    )
  })

  it('refuses an option of the streams by its path', () => {
    expect(() => settleOptions({ root: 'a', streams: { heartbeat: '1s' } })).toThrow(
      'streams.heartbeat: expected a number of ms, 0 or more; received "1s"',
    )
  })

  it('does not see later changes of the options', () => {
    const options = { root: ['a'], extensions: ['html'] }
    const settings = settleOptions(options)
    options.root.push('b')
    options.extensions.push('htm')
    expect(settings).toMatchObject({ roots: [resolve('a')], extensions: ['html'] })
  })
})
