import { appendFileSync, renameSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { applicationWith } from '../fixture/application.js'
import { LiveEvents, type RawEvents, readEvents } from '../fixture/event-client.js'
import { FailingSource } from '../fixture/failing-source.js'
import { Folder } from '../fixture/files.js'
import { reprDigest } from '../fixture/sha256.js'

const PATH = '/log.txt?follow=1&encoding=utf-8'

async function serving(content: string, followIdle = 60_000) {
  const folder = new Folder({ 'log.txt': content })
  const app = await applicationWith({ root: folder.path, streams: { followIdle } })
  const dispose = async () => {
    await app[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  }
  return { app, folder, path: folder.at('log.txt'), [Symbol.asyncDispose]: dispose }
}

/** The number of open file watchers of this process. */
function watchers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length
}

function textOf({ events }: RawEvents): string {
  return events
    .filter(({ event }) => event === 'data')
    .map(({ data }) => JSON.parse(data).chunk)
    .join('')
}

function lastOf({ events }: RawEvents) {
  const { id, event, data } = events.at(-1) ?? {}
  return { id, event, data: JSON.parse(data ?? 'null') }
}

describe('A file with follow=1', () => {
  it('sends appended bytes, and an end frame after followIdle without further ones', async () => {
    await using served = await serving('one\n', 300)
    using events = new LiveEvents(served.app.port, PATH, { Connection: 'close' })
    await events.until((got) => textOf(got) === 'one\n')
    appendFileSync(served.path, 'two\n')
    await events.until((got) => textOf(got) === 'one\ntwo\n')
    appendFileSync(served.path, 'three é\n')
    const got = await events.closed()
    const text = 'one\ntwo\nthree é\n'
    expect(textOf(got)).toBe(text)
    expect(lastOf(got)).toEqual({
      id: expect.stringMatching(/^"[^"]+;events-follow":17:end$/),
      event: 'end',
      data: {
        size: 17,
        digest: reprDigest(text),
      },
    })
    await served.app.settled()
    expect(watchers()).toBe(0)
  })

  it('continues after the last id although it has grown and its ETag has changed', async () => {
    await using served = await serving('one\n', 200)
    using first = new LiveEvents(served.app.port, PATH)
    const [event] = (await first.until((got) => textOf(got) !== '')).events
    first[Symbol.dispose]()
    appendFileSync(served.path, 'two\n')
    const fields = { 'Last-Event-ID': event?.id ?? '', Connection: 'close' }
    const rest = await readEvents(served.app.port, PATH, fields)
    expect(textOf(rest)).toBe('two\n')
    expect(lastOf(rest)).toMatchObject({ event: 'end', data: { size: 8 } })
  })

  it.each<[string, string, (path: string, folder: Folder) => void]>([
    ['cut shorter', 'file_truncated', (path) => truncateSync(path, 2)],
    [
      'truncated and rewritten past the position',
      'file_truncated',
      (path) => writeFileSync(path, 'other text that is longer\n'),
    ],
    [
      'replaced',
      'file_replaced',
      (path, folder) => renameSync(folder.write('new.txt', 'one\nmore\n'), path),
    ],
    ['taken away', 'file_replaced', (path) => unlinkSync(path)],
  ])('sends an error frame where it was %s', async (_how, type, harm) => {
    await using served = await serving('one\n')
    using events = new LiveEvents(served.app.port, PATH)
    await events.until((got) => textOf(got) === 'one\n')
    harm(served.path, served.folder)
    const got = await events.closed()
    expect(got.response.ended).toBe('fin')
    expect(textOf(got)).toBe('one\n')
    expect(lastOf(got)).toMatchObject({
      id: expect.stringMatching(/:failed$/),
      event: 'error',
      data: { type, code: 409, retryable: false, offset: 4 },
    })
    expect(await served.app.settled()).toMatchObject({ outcome: 'changed' })
  })

  it('sends the bytes that were appended before it was replaced', async () => {
    await using served = await serving('one\n')
    using events = new LiveEvents(served.app.port, PATH)
    await events.until((got) => textOf(got) === 'one\n')
    appendFileSync(served.path, 'last words\n')
    renameSync(served.folder.write('new.txt', 'new\n'), served.path)
    const got = await events.closed()
    expect(textOf(got)).toBe('one\nlast words\n')
    expect(lastOf(got).data.type).toBe('file_replaced')
  })

  it('is closed when the client disconnects', async () => {
    await using served = await serving('one\n')
    using events = new LiveEvents(served.app.port, PATH)
    await events.until((got) => textOf(got) === 'one\n')
    await expect.poll(() => watchers()).toBe(1)
    events[Symbol.dispose]()
    expect(await served.app.settled()).toMatchObject({ outcome: 'client-gone' })
    await vi.waitFor(() => expect(watchers()).toBe(0), { timeout: 1_000 })
  })

  it('makes the response a 501 where the source is not a folder', async () => {
    const source = new FailingSource(10, { kind: 'ends', at: 10 })
    await using app = await applicationWith({ source })
    const { response } = await readEvents(app.port, '/f?follow=1', { Connection: 'close' })
    expect(response.status).toBe(501)
    await expect.poll(() => source.openCount).toBe(0)
  })

  it('is sent whole to a client that does not accept frames', async () => {
    await using served = await serving('one\n')
    const fields = { Accept: '*/*', Connection: 'close' }
    const { response } = await readEvents(served.app.port, PATH, fields)
    expect(response.fields['content-length']).toBe('4')
  })

  it('sends a shutdown error when the server closes', async () => {
    await using served = await serving('one\n')
    using events = new LiveEvents(served.app.port, PATH)
    await events.until((got) => textOf(got) === 'one\n')
    const closing = served.app.app.close()
    const got = await events.closed()
    expect(lastOf(got)).toMatchObject({
      id: undefined,
      event: 'error',
      data: { type: 'shutdown', code: 503, retryable: true, offset: 4 },
    })
    await closing
  })
})
