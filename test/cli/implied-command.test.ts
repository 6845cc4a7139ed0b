import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withImpliedCommand } from '../../src/cli/implied-command.js'
import { createProgram } from '../../src/cli/program.js'
import { Folder } from '../fixture/files.js'

describe('withImpliedCommand', () => {
  const home = process.cwd()
  let folder: Folder
  beforeEach(() => {
    folder = new Folder({ 'films/f': '', 'get/f': '', 'help/f': '', 'serv/f': '', 'film.mp4': '' })
    process.chdir(folder.path)
  })
  afterEach(() => {
    process.chdir(home)
    folder[Symbol.dispose]()
  })

  it.each([
    ['a path of a folder', './films'],
    ['a name of a folder', 'films'],
    ['the working folder', '.'],
    ['the folder above', '..'],
    ['an absolute path', process.cwd()],
    ['a folder whose name a command has', './get'],
    ['a folder with the name of a misspelt command', 'serv'],
    ['a file, which serve refuses', 'film.mp4'],
    ['a path that is absent, which serve refuses', './absent'],
    ['a path of Windows', 'C:\\films'],
    ['a bucket', 's3://bucket/prefix'],
  ])('means serve by %s', (_what, path) => {
    const args = [path, '--port', '0']
    expect(withImpliedCommand(args, createProgram())).toEqual(['serve', ...args])
  })

  it.each([
    ['no argument', []],
    ['a command', ['serve', './films']],
    ['a command whose name a folder has', ['get', 'http://127.0.0.1/f']],
    ['the help', ['help', 'serve']],
    ['an option', ['--version']],
    ['a misspelt command', ['serev']],
    ['an empty argument', ['']],
    ['a name that is absent', ['absent']],
  ])('changes nothing for %s', (_what, args) => {
    expect(withImpliedCommand(args, createProgram())).toEqual(args)
  })

  it.each(['http://127.0.0.1/f', 'HTTPS://example.com/'])('names the commands for %s', (url) => {
    expect(() => withImpliedCommand([url], createProgram())).toThrow(
      `arguments: expected a command; to download a URL: lastbyte get URL, to check it: lastbyte check URL; received "${url}"`,
    )
  })
})
