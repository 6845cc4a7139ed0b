import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { OpenFile } from '../../../src/source/file/open-file.js'
import { hasMarker, LiveGrowth } from '../../../src/source/live/live-growth.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { Folder } from '../../fixture/files.js'
import { liveChain } from '../../fixture/live-file.js'
import { openFile } from '../../fixture/open-file.js'

const live = new AbortController().signal

async function following(
  file: OpenFile,
  start: number,
  idle = Number.POSITIVE_INFINITY,
  signal = live,
) {
  const growth = new LiveGrowth(file, await liveChain(), [`${file.path}.live`, `${file.path}.part`])
  const chunks = growth.follow(start, idle, signal)
  const next = async () => {
    const { value } = await chunks.next()
    return value && Buffer.from(value).toString()
  }
  return { next, stop: () => chunks.return(undefined) }
}

describe('LiveGrowth.follow', () => {
  it('yields what is appended until the last marker is gone', async () => {
    using folder = new Folder({ f: 'one', 'f.live': '', 'f.part': '' })
    const file = openFile(folder.at('f'))
    const { next } = await following(file, 1)
    expect(await next()).toBe('ne')
    rmSync(folder.at('f.part'))
    const second = next()
    appendFileSync(folder.at('f'), 'two')
    expect(await second).toBe('two')
    appendFileSync(folder.at('f'), 'three')
    rmSync(folder.at('f.live'))
    expect(await next()).toBe('three')
    expect(await next()).toBeUndefined()
    await file.release()
    expect(descriptorsBelow(folder.path)).toBe(0)
  })

  it('goes on with bytes that are appended although the marker is gone', async () => {
    using folder = new Folder({ f: 'one', 'f.live': '' })
    const file = openFile(folder.at('f'))
    const { next } = await following(file, 0)
    expect(await next()).toBe('one')
    rmSync(folder.at('f.live'))
    appendFileSync(folder.at('f'), 'late')
    expect(await next()).toBe('late')
    expect(await next()).toBeUndefined()
    await file.release()
  })

  it.each<[string, (path: string) => void, string]>([
    ['truncated', (path) => truncateSync(path, 2), 'FILE_TRUNCATED'],
    ['removed', (path) => rmSync(path), 'FILE_REPLACED'],
    [
      'replaced',
      (path) => {
        writeFileSync(`${path}.new`, 'three')
        renameSync(`${path}.new`, path)
      },
      'FILE_REPLACED',
    ],
    [
      'rewritten and finished',
      (path) => {
        writeFileSync(path, 'TWO')
        rmSync(`${path}.live`)
      },
      'FILE_TRUNCATED',
    ],
  ])('fails if the file is %s', async (_case, change, code) => {
    using folder = new Folder({ f: 'one', 'f.live': '' })
    const file = openFile(folder.at('f'))
    const { next } = await following(file, 0)
    expect(await next()).toBe('one')
    const failing = next()
    change(folder.at('f'))
    await expect(failing).rejects.toMatchObject({ code })
    await file.release()
  })

  it('ends after the idle time, and with the reason of the signal', async () => {
    using folder = new Folder({ f: 'one', 'f.live': '' })
    const file = openFile(folder.at('f'))
    const idle = await following(file, 3, 0)
    expect(await idle.next()).toBeUndefined()
    const abort = new AbortController()
    const left = (await following(file, 3, 60_000, abort.signal)).next()
    abort.abort(new Error('left'))
    await expect(left).rejects.toThrow('left')
    await file.release()
  })
})

it('hasMarker is true where one of the paths is a file', async () => {
  using folder = new Folder({ 'f.live': '', 'd/x': '' })
  expect(await hasMarker([folder.at('none'), folder.at('f.live')])).toBe(true)
  expect(await hasMarker([folder.at('none'), folder.at('d')])).toBe(false)
})
