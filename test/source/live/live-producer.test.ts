import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FileRoot } from '../../../src/source/file/file-root.js'
import { produceLive } from '../../../src/source/live/live-producer.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { Folder } from '../../fixture/files.js'

const produce = (folder: Folder, key = 'show.ts', paths = new Set<string>()) =>
  produceLive(new FileRoot(folder.path), key, '.live', paths)

describe('produceLive', () => {
  it('appends in order, and removes the marker at the end', async () => {
    using folder = new Folder()
    const show = await produce(folder)
    expect(existsSync(folder.at('show.ts.live'))).toBe(true)
    await Promise.all(['a', Buffer.from('b'), 'ü'].map((bytes) => show.append(bytes)))
    expect(show.size).toBe(4)
    expect(readFileSync(folder.at('show.ts'), 'utf8')).toBe('abü')
    await show.finish()
    expect(existsSync(folder.at('show.ts.live'))).toBe(false)
    await expect(show.append('c')).rejects.toThrow('finished')
    await expect(show.finish()).rejects.toThrow('finished')
    expect(descriptorsBelow(folder.path)).toBe(0)
  })

  it('continues a file that a process has left unfinished', async () => {
    using folder = new Folder({ 'show.ts': 'begin', 'show.ts.live': '' })
    const show = await produce(folder)
    expect(show.size).toBe(5)
    await show.append(', end')
    await show.finish()
    expect(readFileSync(folder.at('show.ts'), 'utf8')).toBe('begin, end')
  })

  it('removes the file when it is aborted', async () => {
    using folder = new Folder()
    const show = await produce(folder)
    await show.append('x')
    await show.abort()
    expect([existsSync(folder.at('show.ts')), existsSync(folder.at('show.ts.live'))]).toEqual([
      false,
      false,
    ])
  })

  it('refuses a second producer, a complete file, and more bytes than may wait', async () => {
    using folder = new Folder({ 'done.ts': 'x' })
    const paths = new Set<string>()
    const show = await produce(folder, 'show.ts', paths)
    await expect(produce(folder, 'show.ts', paths)).rejects.toMatchObject({ code: 'IN_USE' })
    await expect(produce(folder, 'done.ts', paths)).rejects.toMatchObject({
      code: 'DISK_FAILED',
      facts: { code: 'EEXIST' },
    })
    const first = show.append(Buffer.alloc(60_000_000))
    await expect(show.append(Buffer.alloc(10_000_000))).rejects.toThrow('wait for append')
    await first
    await show.append('y')
    await show.abort()
    const again = await produce(folder, 'show.ts', paths)
    expect(again.size).toBe(0)
    await again.abort()
  })

  it('fences a producer whose file was taken over: it can neither append, end nor remove it', async () => {
    using folder = new Folder()
    const old = await produce(folder)
    await old.append('old,')
    // As another machine does with the same folder.
    const next = await produce(folder)
    await expect(old.append('lost')).rejects.toMatchObject({ code: 'FENCED' })
    await next.append('new')
    await expect(old.finish()).rejects.toMatchObject({ code: 'FENCED' })
    expect(existsSync(folder.at('show.ts.live'))).toBe(true)
    await next.finish()
    expect(readFileSync(folder.at('show.ts'), 'utf8')).toBe('old,new')
    expect(descriptorsBelow(folder.path)).toBe(0)
  })

  it('fences a producer whose marker was removed', async () => {
    using folder = new Folder()
    const paths = new Set<string>()
    const show = await produce(folder, 'show.ts', paths)
    await show.append('all')
    rmSync(folder.at('show.ts.live'))
    await expect(show.append('late')).rejects.toMatchObject({ code: 'FENCED' })
    await expect(show.abort()).rejects.toMatchObject({ code: 'FENCED' })
    expect(readFileSync(folder.at('show.ts'), 'utf8')).toBe('all')
    expect(paths.size).toBe(0)
  })

  it.each(['../show.ts', '', 'sub/', 'none/show.ts', 'link/show.ts'])(
    'refuses the path %j',
    async (key) => {
      using folder = new Folder({ 'root/x': '', 'outside/x': '' })
      mkdirSync(folder.at('root/sub'))
      symlinkSync(folder.at('outside'), folder.at('root/link'))
      const root = new FileRoot(folder.at('root'))
      await expect(produceLive(root, key, '.live', new Set())).rejects.toMatchObject({
        code: key.startsWith('none') ? 'DISK_FAILED' : 'FORBIDDEN',
      })
      expect(existsSync(folder.at('outside/show.ts'))).toBe(false)
    },
  )
})
