import { once } from 'node:events'
import { truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import { applicationWith, serverWith } from '../fixture/application.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { FailingSource } from '../fixture/failing-source.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

const MIB = 1024 * 1024
const eio = Object.assign(new Error('EIO: i/o error, read /secret/path'), { code: 'EIO' })

const busy = new LastbyteError('SOURCE_BUSY', 'EIO: out of descriptors at /secret/path')

describe('A failure before the header section', () => {
  it.each([
    ['the first read fails', { kind: 'fails', at: 0, error: eio } as const, 500],
    ['the source is empty', { kind: 'ends', at: 0 } as const, 500],
    ['the source is busy', { kind: 'fails', at: 0, error: busy } as const, 503],
    ['the source hangs in open', { kind: 'hangs in open' } as const, 504],
    ['the source hangs before its first byte', { kind: 'hangs', at: 0 } as const, 504],
  ])('is sent as an error status where %s: %i', async (_what, fate, status) => {
    const source = new FailingSource(MIB, fate)
    await using served = await applicationWith({ source, sourceTimeout: 100 })
    using client = new RawClient(served.port)
    client.request('/f')
    const response = await client.response()
    expect(response.status).toBe(status)
    expect(response.fields['content-type']).toBe('application/problem+json')
    expect(response.fields.etag).toBeUndefined()
    expect(response.body.toString()).not.toMatch(/EIO|secret/)
    await expect.poll(() => source.openCount).toBe(0)
    expect(response.fields['retry-after']).toBe(status === 503 ? '1' : undefined)
    await expect
      .poll(() => JSON.stringify(served.log))
      .toMatch(status === 504 ? /SOURCE_TIMEOUT/ : /EIO|ends|ended/)
  })
})

describe('A failure after the header section', () => {
  it.each([
    ['the source fails', { kind: 'fails', at: 700_000, error: eio } as const, 700_000],
    ['the source ends early', { kind: 'ends', at: 700_000 } as const, 700_000],
    ['the source hangs', { kind: 'hangs', at: 700_000 } as const, 700_000],
    ['the source sends too much', { kind: 'goes on', past: MIB + 5 } as const, 1_000_000],
  ])('ends the body at the last correct byte where %s', async (_what, fate, bytes) => {
    const source = new FailingSource(MIB, fate)
    await using served = await applicationWith({ source, sourceTimeout: 200 })
    using client = new RawClient(served.port)
    client.request('/f')
    const response = await client.closed()
    expect(response.status).toBe(200)
    expect(response.fields['content-length']).toBe(String(MIB))
    expect(response.ended).toBe('fin')
    expect(response.body).toHaveLength(bytes)
    expect(response.body.equals(pattern(bytes))).toBe(true)
    expect(await served.settled()).toMatchObject({ outcome: 'source-failed', status: 200, bytes })
    await expect.poll(() => source.openCount).toBe(0)
  })

  it.each([
    ['is cut short', (path: string) => truncateSync(path, MIB)],
    ['is rewritten in place', (path: string) => writeFileSync(path, pattern(16 * MIB, 5))],
  ])('ends the body without a byte of the new version where the file %s', async (_how, change) => {
    using folder = new Folder({ f: pattern(16 * MIB) })
    await using served = await applicationWith({ root: folder.path })
    using client = new RawClient(served.port)
    client.request('/f')
    await client.until(1000)
    client.socket.pause()
    change(folder.at('f'))
    client.socket.resume()
    const response = await client.closed()
    expect(response.body.length).toBeLessThan(16 * MIB)
    expect(response.body.equals(pattern(16 * MIB).subarray(0, response.body.length))).toBe(true)
    expect(await served.settled()).toMatchObject({
      outcome: 'changed',
      bytes: response.body.length,
    })
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  it('is sent as 503 where a small file changes between its open and its read', async () => {
    using folder = new Folder({ f: pattern(300_000) })
    await using served = await applicationWith({
      root: folder.path,
      // The hook runs after the open and before the read: the latest moment that a test can hit.
      setHeaders: (_reply, path) => writeFileSync(path, pattern(300_000, 3)),
    })
    using client = new RawClient(served.port)
    client.request('/f')
    const response = await client.response()
    expect(response.status).toBe(503)
  })

  it('ends a multipart body without its closing boundary', async () => {
    const source = new FailingSource(MIB, { kind: 'ends', at: 200_000 })
    await using served = await applicationWith({ source })
    using client = new RawClient(served.port)
    client.request('/f', { Range: 'bytes=0-99,150000-299999' })
    const response = await client.closed()
    expect(response.status).toBe(206)
    expect(response.body.length).toBeLessThan(Number(response.fields['content-length']))
    expect(response.body.toString('latin1')).not.toMatch(/--\r\n$/)
    const end = response.body.subarray(-50_000)
    expect(end.equals(pattern(200_000).subarray(150_000))).toBe(true)
  })
})

describe('A client that disconnects', () => {
  it('has the descriptor of its file closed, and one log line without a stack', async () => {
    using folder = new Folder({ f: pattern(32 * MIB) })
    await using served = await applicationWith({ root: folder.path })
    for (let round = 0; round < 20; round += 1) {
      using client = new RawClient(served.port)
      client.request('/f')
      await client.until(1000)
    }
    await served.settled(19)
    expect(served.records.map(({ outcome }) => outcome)).toEqual(Array(20).fill('client-gone'))
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
    const lines = served.log.filter(({ msg }) => msg === 'transfer')
    expect(lines).toHaveLength(20)
    expect(JSON.stringify(served.log)).not.toMatch(/stack|at .*\.ts:/)
  })

  it('ends the transfer of a source that hangs, before the header section and after it', async () => {
    for (const fate of [{ kind: 'hangs in open' }, { kind: 'hangs', at: 100_000 }] as const) {
      const source = new FailingSource(MIB, fate)
      await using served = await applicationWith({ source })
      const client = new RawClient(served.port)
      client.request('/f')
      if (fate.kind === 'hangs') await client.until(100_000)
      else await once(served.app.server, 'request')
      client.socket.destroy()
      if (fate.kind === 'hangs') await served.settled()
      await expect
        .poll(() => source.abortReasons)
        .toEqual([expect.objectContaining({ code: 'CLIENT_GONE' })])
      await expect.poll(() => source.openCount).toBe(0)
      await expect.poll(() => served.app.transfers.running.size).toBe(0)
    }
  })

  it('has the descriptors closed of the requests that are pipelined behind its transfer', async () => {
    using folder = new Folder({ f: pattern(32 * MIB) })
    await using served = await applicationWith({ root: folder.path })
    const client = new RawClient(served.port)
    // In one packet: Node reads no further request while a response waits for the client.
    client.socket.write('GET /f HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(5))
    await client.until(1000)
    await expect.poll(() => served.app.transfers.running.size).toBe(5)
    client.socket.destroy()
    await expect.poll(() => served.app.transfers.running.size).toBe(0)
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })
})

describe('A client that receives nothing', () => {
  it('is disconnected after the stall timeout, while a slow client is not', async () => {
    using folder = new Folder({ f: pattern(64 * MIB), slow: pattern(12 * MIB) })
    await using served = await applicationWith({ root: folder.path, stallTimeout: 800 })
    using slow = new RawClient(served.port)
    slow.request('/slow')
    slow.socket.pause()
    using stalled = new RawClient(served.port)
    stalled.request('/f')
    await stalled.until(1)
    stalled.socket.pause()

    // Reads a little every 100 ms, so that never a third of the send buffer is free.
    const reads = setInterval(() => slow.socket.read(1), 100)
    const drip = setInterval(() => {
      slow.socket.resume()
      slow.socket.once('data', () => slow.socket.pause())
    }, 100)
    const cut = await served.settled()
    clearInterval(reads)
    clearInterval(drip)
    expect(cut).toMatchObject({ path: '/f', outcome: 'stalled' })
    expect(cut.ms).toBeGreaterThanOrEqual(800)
    expect(cut.ms).toBeLessThan(2500)
    slow.socket.resume()
    expect((await slow.response()).body.equals(pattern(12 * MIB))).toBe(true)
  })
})

describe('An application', () => {
  it('cancels a transfer by an AbortController, or by a timeout signal', async () => {
    using folder = new Folder({ f: pattern(32 * MIB) })
    const stop = new AbortController()
    await using served = await applicationWith({ root: folder.path, serve: false }, (app) => {
      app.get('/stop', (_request, reply) => reply.sendFile('f', { signal: stop.signal }))
      app.get('/limit', (_request, reply) =>
        reply.sendFile('f', { signal: AbortSignal.timeout(150) }),
      )
      app.get('/late', (_request, reply) => reply.sendFile('f', { signal: AbortSignal.abort() }))
    })
    for (const path of ['/stop', '/limit']) {
      using client = new RawClient(served.port)
      client.request(path)
      await client.until(1000)
      client.socket.pause()
      if (path === '/stop') stop.abort()
      const record = await served.settled(path === '/stop' ? 0 : 1)
      expect(record).toMatchObject({ path, outcome: 'cancelled' })
      client.socket.resume()
      const response = await client.closed()
      expect(response.ended).toBe('fin')
      expect(response.body.length).toBeLessThan(32 * MIB)
    }
    using late = new RawClient(served.port)
    late.request('/late')
    expect((await late.response()).status).toBe(503)
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })
})

describe('A server that closes', () => {
  it('accepts no connections, lets transfers end within shutdownGrace, and cuts the others', async () => {
    using folder = new Folder({ long: pattern(64 * MIB), short: pattern(12 * MIB) })
    await using served = await serverWith({ root: folder.path, shutdownGrace: 600 })
    using long = new RawClient(served.port)
    long.request('/long')
    await long.until(1000)
    long.socket.pause()
    using short = new RawClient(served.port)
    short.request('/short')
    await short.until(1000)
    short.socket.pause()
    using idle = new RawClient(served.port)
    await once(idle.socket, 'connect')

    const closed = served.app.close()
    await idle.closed()
    using refused = new RawClient(served.port)
    const [error] = await once(refused.socket, 'error')
    expect(error.code).toBe('ECONNREFUSED')
    short.socket.resume()
    expect((await short.closed()).body.equals(pattern(12 * MIB))).toBe(true)
    await closed
    long.socket.resume()
    const cut = await long.closed()
    expect(cut.ended).toBe('fin')
    expect(cut.body.length).toBeLessThan(64 * MIB)
    expect(served.records.map(({ path, outcome }) => [path, outcome])).toEqual([
      ['/short', 'complete'],
      ['/long', 'shutdown'],
    ])
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })
})
