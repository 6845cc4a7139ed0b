import { closeSync, openSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  absolutePath,
  FileRoot,
  hasDotfile,
  realPathOf,
} from '../../../src/source/file/file-root.js'
import { Folder } from '../../fixture/files.js'

describe('FileRoot', () => {
  it.each([
    ['/nonexistent', 'ENOENT'],
    ['package.json', 'ENOTDIR'],
    ['a\0b', 'ERR_INVALID_ARG_VALUE'],
  ])('rejects %j with the reason', (path, code) => {
    const message = `root: expected a folder that can be read; received ${JSON.stringify(path)} (${code})`
    const facts = { setting: 'root', received: path }
    const error = expect.objectContaining({ code: 'BAD_SETTING', message, facts })
    expect(() => new FileRoot(path)).toThrow(error)
  })

  it('that may be missing contains its files once it exists', async () => {
    using folder = new Folder()
    const root = new FileRoot(folder.at('root'), 'awaited')
    expect(root.isFound).toBe(false)
    folder.write('root/f', 'x')
    folder.write('root-2/f', 'x')
    expect(await root.contains(folder.at('root-2/f'))).toBe(false)
    expect(await root.contains(folder.at('root/f'))).toBe(true)
    expect(root.isFound).toBe(true)
    expect(() => new FileRoot(folder.at('root/f'), 'awaited')).toThrow('ENOTDIR')
  })

  it.each([
    ['f', '/f'],
    ['dir/f', '/dir/f'],
    ['dir/', '/dir/'],
    ['', '/'],
    ['/f', undefined],
    ['dir//f', undefined],
    ['f\0.txt', undefined],
  ])('pathOf reads the key %j', (key, path) => {
    using folder = new Folder()
    const root = new FileRoot(folder.path)
    expect(root.pathOf(key)).toBe(path === undefined ? undefined : folder.path + path)
  })

  it('idOf tells the same path in two roots apart', () => {
    using folder = new Folder({ 'dir/f': 'x' })
    const [outer, inner] = [new FileRoot(folder.path), new FileRoot(folder.at('dir'))]
    expect(outer.pathOf('dir/f')).toBe(inner.pathOf('f'))
    expect(outer.idOf('dir/f')).not.toBe(inner.idOf('f'))
  })

  it('contains its own path and those beneath it, not those that only begin alike', async () => {
    using folder = new Folder({ 'root/f': 'x', 'root-2/f': 'x' })
    const root = new FileRoot(folder.at('root'))
    expect(await root.contains(folder.at('root'))).toBe(true)
    expect(await root.contains(folder.at('root/f'))).toBe(true)
    expect(await root.contains(folder.at('root-2/f'))).toBe(false)
    expect(await root.contains(folder.path)).toBe(false)
    expect(await new FileRoot('/').contains('/etc')).toBe(true)
  })

  it('follows a symbolic link that is pointed at another folder', async () => {
    using folder = new Folder({ 'one/f': 'x', 'two/f': 'x' })
    symlinkSync('one', folder.at('root'))
    const root = new FileRoot(folder.at('root'))
    expect(await root.contains(folder.at('two/f'))).toBe(false)
    symlinkSync('two', folder.at('next'))
    renameSync(folder.at('next'), folder.at('root'))
    expect(await root.contains(folder.at('two/f'))).toBe(true)
  })
})

it.each([
  ['.env', true],
  ['dir/.git/config', true],
  ['dir/..', true],
  ['.well-known', false],
  ['.well-known/acme', false],
  ['.well-known/.hidden', true],
  ['.well-known-2/f', true],
  ['dir/.well-known/acme', true],
  ['a.b/c.d', false],
  ['', false],
])('hasDotfile of %j is %s', (key, expected) => {
  expect(hasDotfile(key)).toBe(expected)
})

it('realPathOf resolves symbolic links, also after the file was removed', async () => {
  using folder = new Folder({ 'dir/f': 'x' })
  symlinkSync('dir', folder.at('link'))
  const descriptor = openSync(folder.at('link/f'), 'r')
  expect(await realPathOf(descriptor, folder.at('link/f'))).toBe(folder.at('dir/f'))
  rmSync(folder.at('dir/f'))
  expect(await realPathOf(descriptor, folder.at('link/f'))).toBe(folder.at('dir/f'))
  closeSync(descriptor)
})

it('absolutePath resolves a relative path, and keeps an absolute one', () => {
  expect(absolutePath('a/../b')).toBe(`${process.cwd()}/b`)
  expect(absolutePath('/a/b/')).toBe('/a/b/')
})
