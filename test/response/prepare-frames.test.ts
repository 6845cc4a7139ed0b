import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { applicationWith } from '../fixture/application.js'
import { eventsOf, parseLines, type RawEvents, readEvents } from '../fixture/event-client.js'
import { FailingSource } from '../fixture/failing-source.js'
import { CONTENT, FaultServer } from '../fixture/fault-server.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { reprDigest } from '../fixture/sha256.js'

const SIZE = 300_000
const BYTES = pattern(SIZE)
const EVENTS = { Accept: 'text/event-stream', Connection: 'close' }
const LINES = { Accept: 'application/x-ndjson', Connection: 'close' }
async function serving(files: Record<string, string | Uint8Array> = { f: BYTES }) {
  const folder = new Folder(files)
  const app = await applicationWith({ root: folder.path })
  const fetchFile = async (path = '/f', fields: Record<string, string> = {}, method = 'GET') => {
    using client = new RawClient(app.port)
    client.request(path, { Connection: 'close', ...fields }, method)
    return await client.closed()
  }
  const dispose = async () => {
    await app[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  }
  return { app, folder, fetchFile, port: app.port, [Symbol.asyncDispose]: dispose }
}

/** The bytes of the data frames. Checks that each starts where the one before ends. */
function bytesOf({ events }: RawEvents, from = 0) {
  const frames = events.filter(({ event }) => event === 'data').map(({ data }) => JSON.parse(data))
  let next = from
  for (const { offset, chunk, encoding } of frames) {
    expect(offset).toBe(next)
    next += Buffer.from(chunk, encoding ?? 'base64').length
  }
  return Buffer.concat(
    frames.map(({ chunk, encoding }) => Buffer.from(chunk, encoding ?? 'base64')),
  )
}

function lastOf({ events }: RawEvents) {
  const { id, event, data } = events.at(-1) ?? {}
  return { id, event, data: JSON.parse(data ?? 'null') }
}

describe('A file sent as events', () => {
  it('has its bytes in data frames, a digest in the end frame, and another ETag than the file', async () => {
    await using served = await serving()
    const raw = await served.fetchFile()
    const got = await readEvents(served.port, '/f', { ...EVENTS, Range: 'bytes=5-9' })
    expect(got.response.status).toBe(200)
    expect(got.response.fields).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      vary: 'Accept',
    })
    expect(raw.fields.vary).toBe('Accept')
    const { etag = '' } = got.response.fields
    expect(etag).toMatch(/^"[^"]+;events"$/)
    expect(etag).not.toBe(raw.fields.etag)
    expect(got.response.fields['accept-ranges']).toBeUndefined()
    expect(got.response.fields['content-length']).toBeUndefined()
    expect(bytesOf(got).equals(BYTES)).toBe(true)
    expect(lastOf(got)).toEqual({
      id: `${etag}:${SIZE}:end`,
      event: 'end',
      data: { size: SIZE, digest: reprDigest(BYTES) },
    })
  })

  it('continues after the id of any frame without a gap or a duplicate', async () => {
    await using served = await serving()
    const whole = await readEvents(served.port, '/f', EVENTS)
    const ids = whole.events.map(({ id }) => id ?? '').filter((id) => !id.endsWith(':end'))
    expect(ids.length).toBeGreaterThan(4)
    for (const id of ids) {
      const from = Number(/\d+$/.exec(id)?.[0])
      const rest = await readEvents(served.port, '/f', { ...EVENTS, 'Last-Event-ID': id })
      expect(bytesOf(rest, from).equals(BYTES.subarray(from))).toBe(true)
      expect(lastOf(rest)).toEqual(lastOf(whole))
    }
  })

  it('is limited to the slice of the query, and continues inside of it', async () => {
    await using served = await serving()
    const slice = BYTES.subarray(100_000, 250_000)
    const got = await readEvents(served.port, '/f?start=100000&end=250000', EVENTS)
    expect(bytesOf(got, 100_000).equals(slice)).toBe(true)
    expect(lastOf(got).data).toEqual({ size: 150_000, digest: reprDigest(slice) })
    const id = got.events[0]?.id ?? ''
    const from = Number(/\d+$/.exec(id)?.[0])
    const fields = { ...EVENTS, 'Last-Event-ID': id }
    const rest = await readEvents(served.port, '/f?start=100000&end=250000', fields)
    expect(bytesOf(rest, from).equals(BYTES.subarray(from, 250_000))).toBe(true)
    expect(lastOf(rest).data).toEqual(lastOf(got).data)
  })

  it.each([
    ['/f?start=x', {}, 400],
    ['/f?start=5&end=2', {}, 400],
    ['/f?start=1&start=2', {}, 400],
    ['/f?encoding=latin1', {}, 400],
    ['/f?follow=yes', {}, 400],
    ['/f?follow=1&end=9', {}, 400],
    ['/f?start=300001', {}, 416],
    ['/f', { 'Last-Event-ID': 'what' }, 400],
    ['/f?start=10', { 'Last-Event-ID': 'ETAG:5' }, 400],
    ['/f', { 'Last-Event-ID': 'ETAG:300001' }, 400],
  ])('is refused for %s with %j: %i', async (path, fields: Record<string, string>, status) => {
    await using served = await serving()
    const { etag = '' } = (await served.fetchFile('/f', EVENTS)).fields
    const id = fields['Last-Event-ID']?.replace('ETAG', etag)
    const refused = await served.fetchFile(path, { ...EVENTS, ...(id && { 'Last-Event-ID': id }) })
    expect(refused.status).toBe(status)
    expect(refused.fields['content-type']).toBe('application/problem+json')
    expect(JSON.parse(refused.body.toString()).detail).toBeTruthy()
  })

  it('ends with a representation_changed error for a client that began with another version', async () => {
    await using served = await serving()
    const before = await readEvents(served.port, '/f', EVENTS)
    writeFileSync(served.folder.at('f'), pattern(SIZE, 1))
    const id = before.events[1]?.id ?? ''
    const got = await readEvents(served.port, '/f', { 'Last-Event-ID': id })
    expect(got.response).toMatchObject({ status: 200, ended: 'fin' })
    const last = eventsIn(got.response.body.toString())
    expect(last).toMatchObject({
      event: 'error',
      data: { type: 'representation_changed', code: 412, retryable: false },
    })
    const again = await served.fetchFile('/f', { ...EVENTS, 'Last-Event-ID': last.id ?? '' })
    expect(again.status).toBe(204)
  })

  it('has preconditions compared with its own ETag', async () => {
    await using served = await serving()
    const { etag: raw = '' } = (await served.fetchFile()).fields
    const { etag = '' } = (await served.fetchFile('/f', EVENTS, 'HEAD')).fields
    const statusOf = async (fields: Record<string, string>) =>
      (await served.fetchFile('/f', { ...EVENTS, ...fields })).status
    expect(await statusOf({ 'If-None-Match': etag })).toBe(304)
    expect(await statusOf({ 'If-None-Match': raw })).toBe(200)
    expect(await statusOf({ 'If-Match': raw })).toBe(412)
    expect((await served.fetchFile('/f', { 'If-None-Match': etag })).status).toBe(200)
  })

  it('is not sent to a client with Accept: */*', async () => {
    await using served = await serving()
    const got = await served.fetchFile('/f', { Accept: '*/*' })
    expect(got.body.equals(BYTES)).toBe(true)
    expect(got.fields.vary).toBe('Accept')
  })

  it('is sent as text with encoding=utf-8, except for bytes that are not UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from('\ufeffa\r\nb\0\u2028é'.repeat(20_000)),
      Buffer.from([0xff, 0xe2, 0x82]),
    ])
    await using served = await serving({ 't.txt': bytes })
    const got = await readEvents(served.port, '/t.txt?encoding=utf-8', EVENTS)
    expect(JSON.parse(got.events[0]?.data ?? '').encoding).toBe('utf-8')
    expect(bytesOf(got).equals(bytes)).toBe(true)
    expect(lastOf(got).data.digest).toBe(reprDigest(bytes))
  })
})

describe('A file sent as NDJSON', () => {
  it('has the frames of the event stream, and continues by Last-Event-ID', async () => {
    await using served = await serving()
    const got = eventsOf(await served.fetchFile('/f', LINES))
    const { etag = '', ...fields } = got.response.fields
    expect(fields['content-type']).toBe('application/x-ndjson')
    const frames = parseLines(got.text)
    const bytes = (all: Record<string, unknown>[]) =>
      Buffer.concat(all.slice(0, -1).map(({ chunk }) => Buffer.from(String(chunk), 'base64')))
    expect(bytes(frames).equals(BYTES)).toBe(true)
    expect(frames.at(-1)).toEqual({ type: 'end', size: SIZE, digest: reprDigest(BYTES) })

    const { offset } = frames[2] as { offset: number }
    const place = { 'Last-Event-ID': `${etag}:${offset}` }
    const rest = parseLines(eventsOf(await served.fetchFile('/f', { ...LINES, ...place })).text)
    expect(bytes(rest).equals(BYTES.subarray(offset))).toBe(true)
    expect(rest.at(-1)).toEqual(frames.at(-1))
  })
})

describe('A file in frames', () => {
  it('ends with an error frame where its source fails, and a reconnect continues from there', async () => {
    const source = new FailingSource(SIZE, { kind: 'fails', at: 200_000, error: new Error('EIO') })
    await using app = await applicationWith({ source })
    const got = await readEvents(app.port, '/f')
    expect(got.response).toMatchObject({ status: 200, ended: 'fin' })
    expect(got.whole).toBe(true)
    expect(bytesOf(got).equals(BYTES.subarray(0, 200_000))).toBe(true)
    expect(lastOf(got)).toMatchObject({
      id: undefined,
      event: 'error',
      data: { type: 'source_error', retryable: true, offset: 200_000 },
    })
    expect(got.text).not.toContain('EIO')
    expect(await app.settled()).toMatchObject({ outcome: 'source-failed' })
    await expect.poll(() => source.openCount).toBe(0)
  })

  it.each([
    ['ends early', { kind: 'ends', at: 200_000 } as const, 'source_error'],
    ['sends too many bytes', { kind: 'goes on', past: SIZE + 5 } as const, 'source_error'],
    ['hangs', { kind: 'hangs', at: 200_000 } as const, 'timeout'],
  ])('ends with an error frame where the source %s', async (_what, fate, type) => {
    const source = new FailingSource(SIZE, fate)
    await using app = await applicationWith({ source, sourceTimeout: 200 })
    const got = await readEvents(app.port, '/f')
    const bytes = bytesOf(got)
    expect(bytes.equals(BYTES.subarray(0, bytes.length))).toBe(true)
    expect(lastOf(got)).toMatchObject({ event: 'error', data: { type, retryable: true } })
    await app.settled()
    await expect.poll(() => source.openCount).toBe(0)
  })

  it('is an error status where the source fails before the first frame', async () => {
    const source = new FailingSource(SIZE, { kind: 'fails', at: 0, error: new Error('EIO') })
    await using app = await applicationWith({ source })
    const { response } = await readEvents(app.port, '/f', EVENTS)
    expect(response.status).toBe(500)
    expect(response.fields['content-type']).toBe('application/problem+json')
    await expect.poll(() => source.openCount).toBe(0)
  })

  it('is cut by a fault at a byte of the file, and a reconnect receives the rest', async () => {
    await using faulty = await FaultServer.start()
    const fault = 'truncate; at=600001'
    const got = eventsOf(await faulty.requestWithFault(fault, { Accept: 'text/event-stream' }))
    expect(got.whole).toBe(false)
    const bytes = bytesOf(got)
    expect(bytes.length).toBe(600_001)
    const fields = { ...EVENTS, 'Last-Event-ID': got.events.at(-1)?.id ?? '' }
    const rest = await readEvents(faulty.server.port, '/f', fields)
    expect(Buffer.concat([bytes, bytesOf(rest, bytes.length)]).equals(CONTENT)).toBe(true)
    expect(lastOf(rest).data).toEqual({ size: CONTENT.length, digest: reprDigest(CONTENT) })
  })

  it('ends with an error frame for the fault source-error', async () => {
    await using faulty = await FaultServer.start()
    const fault = 'source-error; at=300000'
    const got = eventsOf(await faulty.requestWithFault(fault, { Accept: 'text/event-stream' }))
    expect(bytesOf(got).equals(CONTENT.subarray(0, 300_000))).toBe(true)
    expect(lastOf(got)).toMatchObject({ event: 'error', data: { offset: 300_000 } })
  })

  it('has the digest of the correct bytes in its end frame where a fault corrupts one', async () => {
    await using faulty = await FaultServer.start()
    const fault = 'corrupt; at=5000'
    const got = eventsOf(await faulty.requestWithFault(fault, { Accept: 'text/event-stream' }))
    expect(bytesOf(got).equals(CONTENT)).toBe(false)
    expect(lastOf(got).data.digest).toBe(reprDigest(CONTENT))
  })
})

function eventsIn(text: string) {
  const id = /^id: (.*)$/m.exec(text)?.[1]
  const event = /^event: (.*)$/m.exec(text)?.[1]
  return { id, event, data: JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? 'null') }
}
