import { once } from 'node:events'
import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { loadBindings } from '../../src/native/bindings.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { serverWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { settledSource } from '../fixture/settled-files.js'
import { tls } from '../fixture/tls.js'

const SIZE = 100_000
const FIRST = 16 * 1024
const hasProbe = loadBindings().kind !== 'none'

/** A server of one cached file, and a client whose streams have this flow-control window. */
async function cachedFile(window: number, options: LastbyteOptions = {}) {
  const folder = new Folder({ f: pattern(SIZE) })
  const served = await serverWith({ source: settledSource(folder), ...options }, { tls })
  const session = connect(`https://127.0.0.1:${served.port}`, {
    rejectUnauthorized: false,
    settings: { initialWindowSize: window },
  })
  session.on('error', () => {})
  // Those that a connection sends in small records: later responses are one write each.
  const first = await request(session, { range: `bytes=0-${FIRST - 1}` })
  await buffer(first)
  await served.settled()
  return {
    ...{ served, session },
    running: served.app.transfers.running,
    async [Symbol.asyncDispose]() {
      session.destroy()
      await served[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

async function request(session: ClientHttp2Session, fields: Record<string, string> = {}) {
  const stream = session.request({ ':path': '/f', ...fields })
  stream.on('error', () => {})
  await once(stream, 'response')
  return stream
}

describe('A response over HTTP/2 from memory', () => {
  // Without a native probe, a file is opened for its first range, and read by a transfer.
  it.skipIf(!hasProbe)(
    'is recorded as complete when it was sent, without a transfer that runs meanwhile',
    async () => {
      await using place = await cachedFile(1024 * 1024)
      const { served, session } = place
      let began = 0
      const { transfers } = served.app
      const begin = transfers.begin.bind(transfers)
      transfers.begin = (...given) => {
        began += 1
        return begin(...given)
      }
      for (const _ of [1, 2, 3]) await buffer(await request(session, { range: 'bytes=1-9' }))
      for (const nth of [1, 2, 3]) {
        const record = await served.settled(nth)
        expect(record).toMatchObject({ outcome: 'complete', status: 206, bytes: 9, path: '/f' })
      }
      expect(began).toBe(0)
      expect(transfers.bytesSent).toBe(FIRST + 3 * 9)
    },
  )

  it('is a running transfer while the client has no room for it, and complete when it has', async () => {
    await using place = await cachedFile(1_000)
    const { served, session, running } = place
    const stream = await request(session)
    await expect.poll(() => running.size).toBe(1)
    expect([...running][0]).toMatchObject({ status: 200, expected: SIZE, waitingFor: 'client' })
    expect((await buffer(stream)).equals(Buffer.from(pattern(SIZE)))).toBe(true)
    expect(await served.settled(1)).toMatchObject({ outcome: 'complete', bytes: SIZE })
    expect(running.size).toBe(0)
  })

  it('is cut with RST_STREAM when the client takes nothing for the stall timeout', async () => {
    await using place = await cachedFile(1_000, { stallTimeout: 200 })
    const { served, session, running } = place
    const stream = session.request({ ':path': '/f' })
    stream.on('error', () => {})
    // Not read, so its window is not opened.
    await once(stream, 'response')
    expect(await served.settled(1)).toMatchObject({ outcome: 'stalled', status: 200 })
    stream.resume()
    await expect.poll(() => stream.closed).toBe(true)
    expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR)
    expect(running.size).toBe(0)
  })

  it.each(['at once', 'later'])(
    'is recorded as client-gone when the client resets its stream %s',
    async (when) => {
      await using place = await cachedFile(1_000)
      const { served, session, running } = place
      const stream = await request(session)
      if (when === 'later') await expect.poll(() => running.size).toBe(1)
      stream.close(constants.NGHTTP2_CANCEL)
      expect(await served.settled(1)).toMatchObject({ outcome: 'client-gone', bytes: 0 })
      expect(running.size).toBe(0)
      // Other streams of the connection continue.
      await buffer(await request(session, { range: 'bytes=0-0' }))
      expect(await served.settled(2)).toMatchObject({ outcome: 'complete', bytes: 1 })
    },
  )
})
