import { describe, expect, it } from 'vitest'
import { withoutIgnored } from '../../src/plugin/glob-ignore.js'
import { fileSource } from '../../src/source/file/file-source.js'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

const FILES = {
  'a.js': 'a',
  'a.js.map': 'map',
  '.env': 'env',
  'deep/b.js': 'b',
  'deep/b.js.map': 'map',
  'private/c.js': 'c',
}
const { signal } = new AbortController()

describe('withoutIgnored', () => {
  it.each<[string[], string, string[]]>([
    [['**/*.map'], '', ['.env', 'a.js', 'deep', 'private']],
    [['**/*.map'], 'deep/', ['b.js']],
    [['*.map'], 'deep/', ['b.js', 'b.js.map']],
    [['private'], '', ['.env', 'a.js', 'a.js.map', 'deep']],
    [['private/**'], 'private/', []],
    [['*'], '', []],
    [['**/*.map', '.env'], '', ['a.js', 'deep', 'private']],
    [[], 'deep/', ['b.js', 'b.js.map']],
  ])('with %o lists in the folder %o the names %o', async (globs, key, names) => {
    using folder = new Folder(FILES)
    const source = withoutIgnored(fileSource({ roots: [folder.path], dotfiles: 'allow' }), globs)
    const entries = (await source.list?.(key, signal)) ?? []
    expect(entries.map(({ name }) => name).sort()).toEqual(names)
  })

  it('opens every file', async () => {
    using folder = new Folder(FILES)
    const source = withoutIgnored(fileSource({ roots: [folder.path], dotfiles: 'allow' }), ['*'])
    const opened = await source.open('a.js', { method: 'GET' }, signal)
    expect(opened.kind).toBe('representation')
    if (opened.kind === 'representation') await opened.representation.close()
  })

  it('is the source itself where there is nothing to ignore, or nothing is listed', () => {
    const listed = fileSource({ roots: ['.'], dotfiles: 'allow' })
    const unlisted = { open: listed.open }
    expect(withoutIgnored(listed, [])).toBe(listed)
    expect(withoutIgnored(unlisted, ['*'])).toBe(unlisted)
  })
})

it.each([
  [false, 404],
  [true, 200],
])('with wildcard: %s a file that globIgnore matches is a %s', async (wildcard, status) => {
  using folder = new Folder(FILES)
  const options = { root: folder.path, wildcard, globIgnore: ['**/*.map'] }
  await using app = await applicationWith(options)
  expect((await fetch(`${app.url}/deep/b.js.map`)).status).toBe(status)
  expect(await (await fetch(`${app.url}/deep/b.js`)).text()).toBe('b')
})
