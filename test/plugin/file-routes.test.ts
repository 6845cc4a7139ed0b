import fc from 'fast-check'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { canonicalKey, everyKey, fileRoutes, isTooLong } from '../../src/plugin/file-routes.js'
import { targetSyntax } from '../../src/request/target-syntax.js'
import type { ByteSource } from '../../src/source/byte-source.js'
import { anyText } from '../fixture/any-text.js'
import { MemorySource } from '../fixture/memory-source.js'

const SYNTAX = targetSyntax(Fastify())
const live = new AbortController().signal
const INDEX = { index: ['index.html', 'index.htm'], list: undefined, bare: true }

describe('fileRoutes, where the router ignores a slash at the end of a path', () => {
  it('has one route for a folder with and without it', () => {
    const syntax = { ...SYNTAX, ignoreTrailingSlash: true }
    const routes = fileRoutes(['', 'd/', 'd', 'd/f', 'e+/', 'e+'], syntax)
    const keys = routes.map((route) => [...route.keys.values()])
    expect(keys).toEqual([
      // Names with a reserved character share the pattern of the empty one.
      ['', 'e+/', 'e+'],
      ['d/', 'd'],
      ['d/f'],
    ])
  })
})

describe('everyKey', () => {
  const source = new MemorySource({
    f: '',
    'both/index.html': '',
    'both/index.htm': '',
    'bare/f': '',
    'a/b/index.htm': '',
  })

  it('returns files, and folders with an index once, with and without their slash', async () => {
    const keys = await everyKey(source, INDEX, live)
    expect([...keys].sort()).toEqual(
      [...['a/b', 'a/b/', 'a/b/index.htm', 'bare/f', 'both', 'both/', 'both/index.htm']].concat([
        'both/index.html',
        'f',
      ]),
    )
  })

  it('returns folders only with their slash where the other URL is not redirected', async () => {
    const keys = await everyKey(source, { ...INDEX, bare: false }, live)
    expect(keys.filter((key) => /^(?:both|a\/b)\/?$/.test(key))).toEqual(['both/', 'a/b/'])
  })

  it('returns every folder where folders are listed', async () => {
    const keys = await everyKey(source, { ...INDEX, list: {} }, live)
    expect(keys).toEqual(expect.arrayContaining(['', 'bare', 'bare/', 'a', 'a/']))
  })

  it('rejects for a source that can’t list its files', async () => {
    const bare = { open: async () => ({ kind: 'absent' as const }) } satisfies ByteSource
    await expect(everyKey(bare, INDEX, live)).rejects.toThrow('wildcard: expected true')
  })
})

/** The key that the routes of these keys find for a request target. */
async function found(keys: readonly string[], url: string, options = {}): Promise<string> {
  const app = Fastify({ routerOptions: options })
  const syntax = targetSyntax(app)
  for (const { url: path, keys: own } of fileRoutes(keys, syntax)) {
    app.get(`/${path}`, (request) => {
      const key = decodeURIComponent((request.raw.url ?? '').slice(1))
      return own.get(canonicalKey(key, syntax)) ?? 'none'
    })
  }
  app.get('/*', () => 'other')
  const response = await app.inject(url)
  await app.close()
  return response.body
}

describe('fileRoutes', () => {
  const NAMES = ['plus+.txt', 'a b.txt', 'ü.txt', '100%.txt', 'plus%2B.txt', 'a:b', 'sta*r']
  const MORE = [
    'q?.txt',
    'h#.txt',
    '(a).txt',
    '[a]{b}',
    'a\'b"c',
    'a,b;c=d&e@f$g',
    '.txt',
    '::',
    '🎬',
  ]
  const keys = [...NAMES, ...MORE, ...NAMES.map((name) => `x+y/${name}`), 'a-b:c/d.e', '']

  it.each(keys)('find the key %j by its encoded name', async (key) => {
    expect(await found(keys, `/${key.split('/').map(encodeURIComponent).join('/')}`)).toBe(key)
  })

  it.each([
    ['/plus+.txt', 'plus+.txt'],
    ['/plus%2b.txt', 'plus+.txt'],
    ['/a:b', 'a:b'],
    ['/a,b;c=d&e@f$g', 'a,b;c=d&e@f$g'],
    ['/x+y/sta*r', 'x+y/sta*r'],
    ['/plus', 'other'],
    ['/plus++.txt', 'other'],
    ['/x%2By/other', 'other'],
    ['/x+y/plus+.txt/z', 'other'],
  ])('find for the target %s the key %s', async (url, key) => {
    expect(await found(keys, url)).toBe(key)
  })

  it('find keys in any case where the router ignores case', async () => {
    const ignoring = { caseSensitive: false }
    expect(await found(['Film.mp4', 'film.MP4'], '/FILM.MP4', ignoring)).toBe('Film.mp4')
  })

  it('find any name that a file can have', async () => {
    const name = anyText(
      '+',
      '%',
      '%2B',
      ':',
      '*',
      '(',
      ')',
      '\\',
      '?',
      '#',
      '|',
      '.',
      '-',
      'é',
      ' ',
    )
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), async (texts) => {
        const names = texts
          .map((text) => text.replace(/[/\\\p{Cc}\p{Cs}]/gu, '').slice(0, 90))
          .filter((text) => !['', '.', '..'].includes(text))
        for (const each of names) {
          expect(await found([...names, 'plain'], `/${encodeURIComponent(each)}`)).toBe(each)
        }
      }),
      { numRuns: 50 },
    )
  })
})

it('isTooLong is true only for names that are parameters and longer than those of the router', () => {
  const long = 'n'.repeat(SYNTAX.maxParamLength)
  expect([`${long}n`, `${long}+`, `a/${long}+`, long].map((key) => isTooLong(key, SYNTAX))).toEqual(
    [false, true, true, false],
  )
})
