import { symlinkSync } from 'node:fs'
import { basename } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkFile, checkLength, outputFor } from '../../src/cli/output-file.js'
import { LastbyteError } from '../../src/errors.js'
import { Folder } from '../fixture/files.js'

describe('outputFor', () => {
  it.each([
    ['http://h/film.mp4', 'film.mp4'],
    ['https://h/a/b/film%20two.mp4?x=/y#/z', 'film two.mp4'],
    ['http://h/dir/', 'dir'],
    ['http://h/%zz/f', 'f'],
    ['http://h/a%2fb.mp4', 'b.mp4'],
    ['http://h/%C3%A9', 'é'],
    ['http://h/...', '...'],
    ['http://h/-', '-'],
    ['http://h/a%20b/?zip', 'a b.zip'],
    ['http://h/?zip&path=a', 'files.zip'],
    ['http://h/film.mp4?zip', 'film.mp4'],
  ])('%s is downloaded to %s', (url, name) => {
    expect(outputFor(url, undefined)).toBe(name)
  })

  it('is -o where that is given, also for a URL without a name', () => {
    expect(outputFor('http://h/', 'a/b')).toBe('a/b')
    expect(outputFor('http://h/%zz', '-')).toBe('-')
  })

  it.each([
    ['foo', 'foo'],
    ['', ''],
    ['http://', 'http://'],
    ['ftp://h/f', 'ftp://h/f'],
    ['http://h:99999/f', 'http://h:99999/f'],
    ['http://h:0/f', 'http://h:0/f'],
    ['http://user:secret@h:0/f?signature', 'http://***@h:0/f?…'],
  ])('%j is no URL to download from, with or without -o', (url, shown) => {
    const port = shown.includes(':0/')
    const expected = port ? 'a port from 1 to 65535' : 'http://… or https://…'
    const message = `expected ${expected}; received "${shown}"`
    expect(() => outputFor(url, undefined)).toThrow(`URL: ${message}`)
    expect(() => outputFor(url, 'f')).toThrow(`URL: ${message}`)
  })

  it.each(['%zz', '%E4', '%00', '%2F', '%2e%2e', '..', '', 'a%5cb', '%0a'])(
    'a URL whose path ends in /%s has no file name',
    (segment) => {
      expect(() => outputFor(`http://h/${segment}`, undefined)).toThrow(
        /^URL: expected .* with -o; received/,
      )
    },
  )

  it('is a name in this folder, or throws BAD_SETTING, whatever the URL is', () => {
    const segment = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('%', '%zz', '%00', '%2e%2e', '..%2f', '%5c', '.', '..', '', '%ff'),
    )
    const url = fc.tuple(fc.constantFrom('http://h', 'https://h:1', 'h', ''), fc.array(segment))
    fc.assert(
      fc.property(url, ([origin, segments]) => {
        try {
          const name = outputFor([origin, ...segments].join('/'), undefined)
          expect(name).toBe(basename(name))
          expect(['', '.', '..']).not.toContain(name)
          expect(name).not.toMatch(/[\p{Cc}\\]/u)
        } catch (error) {
          expect(error).toBeInstanceOf(LastbyteError)
          expect(error).toMatchObject({ code: 'BAD_SETTING' })
        }
      }),
    )
  })
})

describe('checkFile', () => {
  it('refuses a folder, also one that is absent or behind a link', async () => {
    using folder = new Folder({ 'sub/f': '' })
    symlinkSync(folder.at('sub'), folder.at('link'))
    for (const name of ['sub', 'link', 'sub/', 'absent/', '.']) {
      await expect(checkFile(`${folder.path}/${name}`)).rejects.toMatchObject({
        code: 'BAD_SETTING',
        message: expect.stringMatching(
          /^-o: expected the path of a file, or - for stdout, but of no folder; received/,
        ),
      })
    }
  })

  it('returns - for stdout by any name, and the path for everything else', async () => {
    using folder = new Folder({ f: '' })
    symlinkSync('/dev/stdout', folder.at('out'))
    for (const name of ['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1', folder.at('out')]) {
      expect(await checkFile(name)).toEqual({ to: '-', isStderr: false, isFile: false })
    }
    const stderr = '/proc/self/fd/2'
    expect(await checkFile(stderr)).toEqual({ to: stderr, isStderr: true, isFile: false })
    for (const path of [folder.at('f'), folder.at('absent'), '/nowhere/f']) {
      expect(await checkFile(path)).toEqual({ to: path, isStderr: false, isFile: true })
    }
    const device = { to: '/dev/null', isStderr: false, isFile: false }
    expect(await checkFile('/dev/null')).toEqual(device)
  })
})

describe('checkLength', () => {
  it.each(['a', 'é', '日', '🎬'])(
    'takes a name of 255 bytes, but none of 256, of %s',
    async (character) => {
      using folder = new Folder()
      const times = Math.floor(255 / Buffer.byteLength(character))
      const longest = character
        .repeat(times)
        .padEnd(times * character.length + (255 % Buffer.byteLength(character)), 'x')
      expect(Buffer.byteLength(longest)).toBe(255)
      await checkLength(folder.at(longest))
      await expect(checkLength(folder.at(`${longest}x`))).rejects.toMatchObject({
        code: 'BAD_SETTING',
        message:
          '-o: expected a name that the file system can hold (another one can be given here); received one of 256 bytes',
      })
    },
  )

  it('leaves other failures of the file system to the download', async () => {
    await checkLength('/nowhere/f')
    await checkLength('-')
  })
})
