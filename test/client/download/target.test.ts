import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { findTarget } from '../../../src/client/download/target.js'
import { Folder } from '../../fixture/files.js'

describe('findTarget', () => {
  it('takes a path without links as it is, whether it exists or not', async () => {
    using folder = new Folder({ f: '' })
    for (const path of [folder.at('f'), folder.at('absent'), 'relative', '/nowhere/f']) {
      expect(await findTarget(path)).toEqual({ kind: 'file', path })
    }
  })

  it('follows links to a file, also a chain of relative ones and one to a file that is absent', async () => {
    using folder = new Folder({ 'a/f': '' })
    mkdirSync(folder.at('b'))
    symlinkSync('../a/f', folder.at('b/one'))
    symlinkSync('b/one', folder.at('two'))
    symlinkSync('a/absent', folder.at('dangling'))
    expect(await findTarget(folder.at('two'))).toEqual({ kind: 'file', path: folder.at('a/f') })
    const absent = { kind: 'file', path: folder.at('a/absent') }
    expect(await findTarget(folder.at('dangling'))).toEqual(absent)
  })

  it('resolves .. behind a link to a folder as the system does', async () => {
    using folder = new Folder({ 'a/b/f': '', 'a/g': '' })
    symlinkSync('a/b', folder.at('link'))
    symlinkSync('link/../g', folder.at('g'))
    expect(await findTarget(folder.at('g'))).toEqual({ kind: 'file', path: folder.at('a/g') })
  })

  it('throws DISK_FAILED for links that lead to each other', async () => {
    using folder = new Folder()
    symlinkSync('b', folder.at('a'))
    symlinkSync('a', folder.at('b'))
    await expect(findTarget(folder.at('a'))).rejects.toMatchObject({
      code: 'DISK_FAILED',
      message: expect.stringMatching(/^Cannot examine .*ELOOP/),
      facts: { code: 'ELOOP' },
    })
  })

  it('leaves a folder to the check for folders', async () => {
    using folder = new Folder()
    expect(await findTarget(folder.path)).toEqual({ kind: 'file', path: folder.path })
    expect(await findTarget(folder.at('absent/'))).toMatchObject({ kind: 'file' })
  })

  it('recognizes devices, FIFOs and sockets, also behind links', async () => {
    using folder = new Folder()
    const server = createServer().listen(folder.at('socket'))
    await once(server, 'listening')
    execFileSync('mkfifo', [folder.at('fifo')])
    symlinkSync('/dev/null', folder.at('null'))
    symlinkSync('fifo', folder.at('link'))
    const kinds = [
      '/dev/null',
      '/dev/full',
      folder.at('null'),
      folder.at('fifo'),
      folder.at('link'),
    ]
    const found = await Promise.all([...kinds, folder.at('socket')].map(findTarget))
    expect(found.map(({ kind }) => kind)).toEqual([
      'device',
      'device',
      'device',
      'fifo',
      'fifo',
      'socket',
    ])
    server.close()
  })

  it('recognizes descriptors of this process, by each name, whatever they are', async () => {
    using folder = new Folder({ f: '' })
    const descriptor = openSync(folder.at('f'), 'w')
    for (const path of ['/dev/fd/', '/proc/self/fd/', '/proc/thread-self/fd/']) {
      expect(await findTarget(`${path}${descriptor}`)).toMatchObject({
        kind: 'descriptor',
        descriptor,
      })
    }
    closeSync(descriptor)
    expect(await findTarget('/dev/stdout')).toMatchObject({ descriptor: 1 })
    expect(await findTarget('/dev/fd/12345')).toMatchObject({
      kind: 'descriptor',
      descriptor: 12345,
    })
  })
})
