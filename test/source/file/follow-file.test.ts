import { appendFileSync, fstatSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FileGrowth } from '../../../src/source/file/follow-file.js'
import type { OpenFile } from '../../../src/source/file/open-file.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { Folder, pattern } from '../../fixture/files.js'
import { buffersInUse } from '../../fixture/garbage.js'
import { openFile } from '../../fixture/open-file.js'

const live = new AbortController().signal
/** Longer than any test waits. */
const LONG_IDLE = 60_000

/** The chunks of a followed file as text, one at a time. */
function following(file: OpenFile, start: number, idle = LONG_IDLE, signal: AbortSignal = live) {
  const chunks = new FileGrowth(file).follow(start, idle, signal)
  const next = async () => {
    const { value } = await chunks.next()
    return value && Buffer.from(value).toString('latin1')
  }
  return { next, stop: () => chunks.return(undefined) }
}

describe('FileGrowth.follow', () => {
  it('yields the bytes from the start position on, then those that are appended', async () => {
    using folder = new Folder({ f: '0123456789' })
    const file = openFile(folder.at('f'))
    const { next, stop } = following(file, 4)
    expect(await next()).toBe('456789')
    const appended = next()
    appendFileSync(folder.at('f'), 'abc')
    expect(await appended).toBe('abc')
    await stop()
    await file.release()
  })

  it('yields a large file in chunks of at most 64 KiB', async () => {
    using folder = new Folder({ f: pattern(200_000) })
    const file = openFile(folder.at('f'))
    const { next, stop } = following(file, 0)
    const chunks = [await next(), await next(), await next(), await next()]
    expect(chunks.join('') === pattern(200_000).toString('latin1')).toBe(true)
    expect(chunks.every((chunk) => (chunk?.length ?? 0) <= 64 * 1024)).toBe(true)
    await stop()
    await file.release()
  })

  it('keeps no buffer for further chunks while it waits', async () => {
    const FOLLOWERS = 50
    using folder = new Folder({ f: pattern(100_000) })
    const file = openFile(folder.at('f'))
    const before = buffersInUse()
    const followers = Array.from({ length: FOLLOWERS }, () => following(file, 99_000))
    for (const { next } of followers) expect(await next()).toHaveLength(1000)
    const reads = followers.map(({ next }) => next())
    await expect.poll(() => (buffersInUse() - before) / FOLLOWERS).toBeLessThan(10_000)
    appendFileSync(folder.at('f'), 'abc')
    expect(await Promise.all(reads)).toEqual(Array(FOLLOWERS).fill('abc'))
    for (const { stop } of followers) await stop()
    await file.release()
  })

  it('ends once nothing was appended for the idle time', async () => {
    using folder = new Folder({ f: 'x' })
    const file = openFile(folder.at('f'))
    const { next } = following(file, 1, 0)
    expect(await next()).toBeUndefined()
    await file.release()
  })

  it.each<[string, (path: string) => void, string, RegExp]>([
    ['was truncated', (path) => truncateSync(path, 3), 'FILE_TRUNCATED', /truncated to 3 bytes/],
    [
      'was truncated and has grown past the position',
      (path) => {
        truncateSync(path, 0)
        appendFileSync(path, 'other bytes than before')
      },
      'FILE_TRUNCATED',
      /the bytes before it differ/,
    ],
    ['was removed', (path) => rmSync(path), 'FILE_REPLACED', /leads to another file, or to none/],
  ])('fails if the file %s', async (_case, change, code, message) => {
    using folder = new Folder({ f: '0123456789' })
    const file = openFile(folder.at('f'))
    const { next } = following(file, 0)
    expect(await next()).toBe('0123456789')
    const failing = next()
    change(folder.at('f'))
    await expect(failing).rejects.toMatchObject({ code, message })
    await file.release()
  })

  it('yields what was appended before the file was replaced, and then fails', async () => {
    using folder = new Folder({ f: 'first', g: 'other' })
    const file = openFile(folder.at('f'))
    const { next } = following(file, 0)
    expect(await next()).toBe('first')
    appendFileSync(folder.at('f'), ', last')
    renameSync(folder.at('g'), folder.at('f'))
    expect(await next()).toBe(', last')
    await expect(next()).rejects.toMatchObject({ code: 'FILE_REPLACED' })
    await file.release()
  })

  it('rejects with the reason of the signal while it waits', async () => {
    using folder = new Folder({ f: 'x' })
    const file = openFile(folder.at('f'))
    const abort = new AbortController()
    const { next } = following(file, 1, LONG_IDLE, abort.signal)
    const waiting = next()
    abort.abort(new Error('left'))
    await expect(waiting).rejects.toThrow('left')
    await file.release()
  })

  it('keeps the descriptor open until it ends, also if the file is released before', async () => {
    using folder = new Folder({ f: 'first' })
    const file = openFile(folder.at('f'))
    const { next, stop } = following(file, 0)
    expect(await next()).toBe('first')
    await file.release()
    const appended = next()
    appendFileSync(folder.at('f'), 'again')
    expect(await appended).toBe('again')
    await stop()
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  it('fails with SOURCE_FAILED and the cause if a system call fails', async () => {
    using folder = new Folder({ f: 'x' })
    const file = openFile(folder.at('f'), { descriptor: 999_999 })
    await expect(following(file, 0).next()).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      cause: { code: 'EBADF' },
    })
  })
})

it('the tag of FileGrowth stays the same while the file grows, and differs between files', async () => {
  using folder = new Folder({ f: 'x', g: 'x' })
  const [f, g] = [openFile(folder.at('f')), openFile(folder.at('g'))]
  const { tag } = new FileGrowth(f)
  expect(tag).toMatch(/^"[A-Za-z0-9_-]{22}"$/)
  appendFileSync(folder.at('f'), 'more')
  const version = fstatSync(f.descriptor, { bigint: true })
  expect(
    new FileGrowth({ ...f, path: f.path, version, acquire() {}, async release() {} }).tag,
  ).toBe(tag)
  expect(new FileGrowth(g).tag).not.toBe(tag)
  await Promise.all([f.release(), g.release()])
})
