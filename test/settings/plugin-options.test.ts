import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createFaults } from '../../src/fault/create-faults.js'
import { readPluginOptions } from '../../src/settings/plugin-options.js'

const SOURCE = { open: async () => ({ kind: 'absent' }) }

describe('readPluginOptions', () => {
  it.each([
    { root: 'media' },
    { root: pathToFileURL('media') },
    { root: ['media', pathToFileURL('media')] },
    { source: SOURCE },
    { serve: false },
    { serve: false, root: 'media' },
    { root: 'media', source: undefined },
    { root: 'media', index: false, list: true, preCompressed: ['zstd', 'br'] },
    { root: 'media', constraints: { host: 'media.example' }, logLevel: 'warn' },
    { root: 'media', faults: createFaults({ seed: 1 }) },
  ])('accepts %o', (options) => {
    const { source, ...others } = readPluginOptions(options)
    expect({ source, ...others }).toEqual(options)
  })

  it('leaves out the option that Fastify adds for itself', () => {
    expect(readPluginOptions({ root: 'media', logSerializers: {} })).toEqual({ root: 'media' })
  })

  it.each([
    [{}, 'provide exactly one of "root" and "source", or else "serve": false; received undefined'],
    [
      { serve: true },
      'provide exactly one of "root" and "source", or else "serve": false; received undefined',
    ],
    [{ root: 'a', source: SOURCE }, 'provide exactly one of "root" and "source"; received "a"'],
    [
      { root: 'a', source: SOURCE, serve: false },
      'provide exactly one of "root" and "source"; received "a"',
    ],
    [{ root: [] }, 'expected a path, a file: URL, or a non-empty array of them; received []'],
    [
      { root: new URL('http://host/') },
      'expected a path, a file: URL, or a non-empty array of them; received an instance of URL',
    ],
    [
      { root: ['a', ''] },
      'expected a path, a file: URL, or a non-empty array of them; received ["a", ""]',
    ],
  ])('refuses the origin of files in %o', (options, problem) => {
    expect(() => readPluginOptions(options)).toThrow(
      expect.objectContaining({
        code: 'BAD_SETTING',
        message: `root: ${problem}`,
        facts: { setting: 'root', received: 'root' in options ? options.root : undefined },
      }),
    )
  })

  it.each([
    ['prefix', 'media'],
    ['watch', 'watch'],
    ['source', { open: true }],
    ['preCompressed', ['br', 'br']],
    ['preCompressed', ['deflate']],
    ['faults', { seed: 1 }],
    ['digestLimit', 1.5],
    ['digestMaximum', -1],
    ['contentCache', -1],
    ['stallTimeout', 0],
    ['sourceTimeout', Number.NaN],
    ['shutdownGrace', Number.POSITIVE_INFINITY],
  ])('refuses %s: %o', (setting, received) => {
    const root = setting === 'source' ? {} : { root: 'media' }
    expect(() => readPluginOptions({ ...root, [setting]: received })).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING', facts: { setting, received } }),
    )
  })
})
