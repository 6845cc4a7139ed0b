import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { describe, expect, it } from 'vitest'
import { upstreamSource } from '../../src/index.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { applicationWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

const BIG = '9007199254740991'

/** A folder with a live file, and the application that serves it. */
async function liveServer(content: string | Buffer, options: LastbyteOptions = {}) {
  const folder = new Folder({ 'show.ts': content, 'show.ts.live': '' })
  const served = await applicationWith({ root: folder.path, live: true, ...options })
  const url = `${served.url}/show.ts`
  return {
    folder,
    served,
    url,
    path: folder.at('show.ts'),
    append: (bytes: string | Buffer) => appendFileSync(folder.at('show.ts'), bytes),
    finish: () => rmSync(folder.at('show.ts.live')),
    get: (headers: Record<string, string> = {}, method = 'GET') => fetch(url, { headers, method }),
    live: (start: number, headers: Record<string, string> = {}) =>
      fetch(url, { headers: { range: `bytes=${start}-${BIG}`, ...headers } }),
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** Reads a body up to so many bytes. */
async function readSome(response: Response, bytes: number) {
  const reader = response.body?.getReader()
  let text = ''
  while (text.length < bytes) {
    const { value, done } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done) break
    text += Buffer.from(value ?? []).toString('latin1')
  }
  return { text, reader }
}

const chainOf = (response: Response) => response.headers.get('etag') ?? ''

describe('GET of a live file with a very large last-byte-pos', () => {
  it('sends what the file has, then what is appended, and ends when the marker is removed', async () => {
    await using live = await liveServer('first,')
    const response = await live.live(2)
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes 2-${BIG}/*`)
    expect(response.headers.get('content-length')).toBeNull()
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform')
    expect(response.headers.get('etag')).toMatch(/^"[\w-]{22}"$/)
    const { text, reader } = await readSome(response, 4)
    expect(text).toBe('rst,')
    live.append('second')
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('second')
    live.append('!')
    live.finish()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('!')
    expect((await reader?.read())?.done).toBe(true)
    expect(await live.served.settled()).toMatchObject({ outcome: 'complete', bytes: 11 })
  })

  it('keeps its tag when it is finished, also after a restart, and continues what a client has', async () => {
    await using live = await liveServer(pattern(200_000))
    const response = await live.live(0)
    const tag = chainOf(response)
    const { text } = await readSome(response, 200_000)
    live.append('the end')
    live.finish()
    await live.served[Symbol.asyncDispose]()

    await using again = await applicationWith({ root: live.folder.path, live: true })
    const url = `${again.url}/show.ts`
    const headers = { range: `bytes=${text.length}-${BIG}`, 'if-range': tag }
    const rest = await fetch(url, { headers })
    expect([rest.status, chainOf(rest)]).toEqual([206, tag])
    const whole = text + Buffer.from(await rest.arrayBuffer()).toString('latin1')
    expect(whole).toBe(readFileSync(live.path, 'latin1'))
    // It is finished now.
    const finished = await fetch(url)
    expect(chainOf(finished)).toBe(tag)
    expect(finished.headers.get('content-length')).toBe('200007')
    await finished.arrayBuffer()
    const last = await fetch(url, { headers: { range: 'bytes=200006-', 'if-range': tag } })
    expect(last.headers.get('content-range')).toBe('bytes 200006-200006/200007')
    expect(await last.text()).toBe('d')
  })

  it.each<[string, (path: string) => void]>([
    ['rewritten', (path) => writeFileSync(path, pattern(300_000, 2))],
    [
      'rewritten before its end',
      (path) => writeFileSync(path, Buffer.concat([Buffer.from('X'), pattern(299_999)])),
    ],
    ['truncated', (path) => truncateSync(path, 100_000)],
    [
      'replaced',
      (path) => {
        writeFileSync(`${path}.new`, pattern(300_000))
        renameSync(`${path}.new`, path)
      },
    ],
  ])('does not continue a file that was %s while no server ran', async (_case, change) => {
    await using live = await liveServer(pattern(200_000))
    const response = await live.live(0)
    const tag = chainOf(response)
    await readSome(response, 200_000)
    await live.served[Symbol.asyncDispose]()
    change(live.path)
    await using again = await applicationWith({ root: live.folder.path, live: true })
    const url = `${again.url}/show.ts`
    const headers = { range: `bytes=200000-${BIG}`, 'if-range': tag }
    const other = await fetch(url, { headers })
    expect(other.status).toBe(200)
    expect(chainOf(other)).not.toContain(tag.slice(0, -1))
    const body = Buffer.from(await other.arrayBuffer())
    expect(body.equals(readFileSync(live.path))).toBe(true)
    const refused = await fetch(url, { headers: { range: headers.range, 'if-match': tag } })
    expect(refused.status).toBe(412)
  })

  it.each<[string, (path: string) => void, string]>([
    ['is truncated', (path) => truncateSync(path, 3), 'changed'],
    ['is removed', (path) => rmSync(path), 'changed'],
    [
      'is rewritten and finished',
      (path) => {
        const bytes = readFileSync(path)
        bytes[0] = 0
        writeFileSync(path, bytes, { flag: 'r+' })
        rmSync(`${path}.live`)
      },
      'changed',
    ],
  ])('ends without the last chunk if the file %s', async (_case, change, outcome) => {
    await using live = await liveServer('0123456789')
    using client = new RawClient(live.served.port)
    client.request('/show.ts', { Range: `bytes=0-${BIG}` })
    await client.until(300)
    while (!client.received.includes('0123456789')) await client.until(client.received.length + 1)
    change(live.path)
    const { body, ended } = await client.closed()
    expect(body.toString('latin1').endsWith('0\r\n\r\n')).toBe(false)
    expect(ended).toBe('fin')
    expect(await live.served.settled()).toMatchObject({ outcome })
  })

  it('is not cut by timeouts while it is quiet', async () => {
    await using live = await liveServer('quiet', { stallTimeout: 100, sourceTimeout: 100 })
    const response = await live.live(5)
    expect(response.headers.get('content-range')).toBe(`bytes 5-${BIG}/*`)
    await new Promise((resolve) => setTimeout(resolve, 600))
    live.append('!')
    live.finish()
    expect(await response.text()).toBe('!')
  })

  it('is ended visibly by a server that closes', async () => {
    await using live = await liveServer('0123456789')
    const response = await live.live(0)
    const reading = response.text()
    reading.catch(() => {})
    await live.served.app.close()
    await expect(reading).rejects.toThrow()
    expect(await live.served.settled()).toMatchObject({ outcome: 'shutdown' })
  })
})

describe('GET of a live file by clients that do not know RFC 8673', () => {
  it('sends the bytes of now with their length and a tag of their own', async () => {
    await using live = await liveServer('0123456789')
    const whole = await live.get()
    expect(whole.status).toBe(200)
    expect(whole.headers.get('content-length')).toBe('10')
    expect(whole.headers.get('cache-control')).toBe('no-cache')
    const tag = chainOf(whole)
    expect(tag).toMatch(/^"[\w-]{22}\.10"$/)
    expect(await whole.text()).toBe('0123456789')
    const open = await live.get({ range: 'bytes=4-' })
    expect(open.headers.get('content-range')).toBe('bytes 4-9/10')
    expect([await open.text(), chainOf(open)]).toEqual(['456789', tag])

    live.append('abc')
    // An interrupted response continues to the length that it has announced.
    const rest = await live.get({ range: 'bytes=4-', 'if-range': tag })
    expect(rest.headers.get('content-range')).toBe('bytes 4-9/10')
    expect([await rest.text(), chainOf(rest)]).toEqual(['456789', tag])
    const more = await live.get({ range: 'bytes=10-', 'if-range': tag })
    expect(more.headers.get('content-range')).toBe('bytes 10-12/13')
    expect(await more.text()).toBe('abc')
    const unchanged = await live.get({ 'if-none-match': tag })
    expect(unchanged.status).toBe(200)
    expect(await unchanged.text()).toBe('0123456789abc')
    expect((await live.get({ 'if-none-match': chainOf(unchanged) })).status).toBe(304)
    expect((await live.get({ range: 'bytes=13-' })).status).toBe(416)
    expect((await live.get({ range: `bytes=14-${BIG}` })).status).toBe(416)
  })

  it('tells HEAD the bytes that can be had now, of a file without a length', async () => {
    await using live = await liveServer('0123456789')
    const head = await live.get({ range: 'bytes=0-' }, 'HEAD')
    expect(head.status).toBe(206)
    expect(head.headers.get('content-range')).toBe('bytes 0-9/*')
    const all = await live.get({ range: `bytes=0-${BIG}` }, 'HEAD')
    expect(all.headers.get('content-range')).toBe(`bytes 0-${BIG}/*`)
    expect(all.headers.get('content-length')).toBeNull()
    const plain = await live.get({}, 'HEAD')
    expect([plain.status, plain.headers.get('content-length')]).toEqual([200, '10'])
  })
})

it('serves files without a marker as ever, and keeps its records out of sight', async () => {
  using folder = new Folder({ 'a.mp4': 'whole', 'b.ts': 'x', 'b.ts.live': '' })
  await using served = await applicationWith({ root: folder.path, live: true, list: true })
  const plain = await fetch(`${served.url}/a.mp4`, { headers: { range: `bytes=1-${BIG}` } })
  expect(plain.headers.get('content-range')).toBe('bytes 1-4/5')
  expect(existsSync(folder.at('.lastbyte-live'))).toBe(true)
  await (await fetch(`${served.url}/b.ts`)).text()
  expect(await (await fetch(`${served.url}/`)).text()).not.toContain('lastbyte-live')
})

it('is passed on as it comes by a proxy of lastbyte, whose clients continue by the same tag', async () => {
  await using live = await liveServer('one,')
  await using proxy = await applicationWith({ source: upstreamSource({ origin: live.served.url }) })
  const url = `${proxy.url}/show.ts`
  const response = await fetch(url, { headers: { range: `bytes=0-${BIG}` } })
  expect(response.headers.get('content-range')).toBe(`bytes 0-${BIG}/*`)
  const { text, reader } = await readSome(response, 4)
  expect(text).toBe('one,')
  live.append('two')
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('two')
  const headers = { range: `bytes=4-${BIG}`, 'if-range': chainOf(response) }
  const again = await fetch(url, { headers })
  live.finish()
  expect([again.status, await again.text()]).toEqual([206, 'two'])
  expect((await reader?.read())?.done).toBe(true)
})

it('a quiet live file is no stall of the origin of a proxy, and an origin that is gone is one', async () => {
  await using live = await liveServer('one,')
  const source = upstreamSource({ origin: live.served.url, stall: 300 })
  await using proxy = await applicationWith({ source, sourceTimeout: 300 })
  const url = `${proxy.url}/show.ts`
  const response = await fetch(url, { headers: { range: `bytes=0-${BIG}` } })
  const { reader } = await readSome(response, 4)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  live.append('two')
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('two')
  await live.served[Symbol.asyncDispose]()
  await expect(reader?.read()).rejects.toThrow()
})

it('follow=1 sends a live file as events until it is finished, and continues by Last-Event-ID after a restart', async () => {
  await using live = await liveServer('one,', { streams: { followIdle: 60_000 } })
  const accept = 'text/event-stream'
  const read = async (url: string, headers: Record<string, string>, act: () => void) => {
    const response = await fetch(`${url}/show.ts?follow=1&encoding=utf-8`, {
      headers: { accept, ...headers },
    })
    act()
    const text = await response.text()
    const ids = Array.from(text.matchAll(/^id: (.*)$/gm), ([, id]) => id ?? '')
    return { text, ids }
  }
  const first = await fetch(`${live.url}?follow=1&encoding=utf-8`, { headers: { accept } })
  const { text } = await readSome(first, 40)
  const [, id = ''] = /^id: (.*)$/m.exec(text) ?? []
  await live.served[Symbol.asyncDispose]()
  live.append('two')
  await using again = await applicationWith({ root: live.folder.path, live: true })
  const rest = await read(again.url, { 'last-event-id': id }, live.finish)
  expect(rest.text).toContain('"offset":4,"chunk":"two"')
  expect(rest.text).not.toContain('one,')
  expect(rest.text).toContain('event: end')
})
