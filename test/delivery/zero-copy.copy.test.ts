import { randomBytes } from 'node:crypto'
import { appendFileSync, closeSync, openSync, truncateSync, writeSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadBindings, type NativeBindings } from '../../src/native/bindings.js'
import { applicationWith } from '../fixture/application.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { Folder, pattern } from '../fixture/files.js'
import { bufferedForPausedClient } from '../fixture/paused-client.js'
import { RawClient } from '../fixture/raw-http.js'
import { UncachedFolder } from '../fixture/uncached-folder.js'

const MIB = 1024 * 1024
const capability = loadBindings()
const OFF = { zeroCopy: 'off' } as const
const calls = capability.kind === 'native' ? capability.calls : undefined
const native = calls as NativeBindings

/** Bytes that native calls have sent by copy since the test began. */
let sent = 0
/** Results of those calls. */
let results: number[] = []

beforeEach(() => {
  sent = 0
  results = []
  if (calls === undefined) return
  const sendCopy = calls.sendCopy.bind(calls)
  vi.spyOn(calls, 'sendCopy').mockImplementation((...args) => {
    const bytes = sendCopy(...args)
    sent += Math.max(0, bytes)
    results.push(bytes)
    return bytes
  })
  vi.spyOn(calls, 'sendfile')
})
afterEach(() => {
  if (calls !== undefined) expect(calls.sendfile).not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

/** Overwrites bytes of a file in place; its size stays. */
function overwrite(path: string, position: number, bytes: Uint8Array): void {
  const descriptor = openSync(path, 'r+')
  writeSync(descriptor, bytes, 0, bytes.length, position)
  closeSync(descriptor)
}

describe.skipIf(calls === undefined)(
  'Without sendfile, a native call copies, and the server',
  () => {
    const SIZE = 3 * MIB + 12_345

    it.each([
      ['the whole', {}, 200, [0, SIZE]],
      ['a range', { Range: 'bytes=100001-2100000' }, 206, [100_001, 2_100_001]],
      ['a range to the end', { Range: 'bytes=1000000-' }, 206, [1_000_000, SIZE]],
    ] as const)('sends %s with the correct bytes', async (_what, fields, status, [start, end]) => {
      using folder = new Folder({ f: pattern(SIZE) })
      await using served = await applicationWith({ root: folder.path, ...OFF })
      using client = new RawClient(served.port)
      client.request('/f', fields)
      const response = await client.response()
      expect(response.status).toBe(status)
      expect(response.body.equals(pattern(SIZE).subarray(start, end))).toBe(true)
      expect(sent).toBeGreaterThan((end - start) / 2)
      expect(await served.settled()).toMatchObject({ outcome: 'complete', bytes: end - start })
      expect(served.app.transfers.bytesSent).toBe(end - start)
      expect(response.ended).toBe('open')
    })

    it('sends the parts of a multipart body that are long', async () => {
      using folder = new Folder({ f: pattern(SIZE) })
      await using served = await applicationWith({ root: folder.path, ...OFF })
      const headers = { range: 'bytes=0-999999,2000000-2000099,1500000-2499999' }
      const response = await fetch(`${served.url}/f`, { headers })
      const body = Buffer.from(await response.arrayBuffer())
      for (const [start, end] of [
        [0, 1_000_000],
        [2_000_000, 2_000_100],
        [1_500_000, 2_500_000],
      ] as const) {
        const at = body.indexOf(`Content-Range: bytes ${start}-${end - 1}/${SIZE}\r\n\r\n`)
        expect(at).toBeGreaterThan(0)
        const from = body.indexOf('\r\n\r\n', at) + 4
        expect(
          body.subarray(from, from + end - start).equals(pattern(SIZE).subarray(start, end)),
        ).toBe(true)
      }
      expect(sent).toBeGreaterThan(1_800_000)
    })

    it('sends pipelined responses in the order of their requests', async () => {
      using folder = new Folder({ f: pattern(SIZE), g: pattern(SIZE, 1) })
      await using served = await applicationWith({ root: folder.path, ...OFF })
      using client = new RawClient(served.port)
      const names = ['f', 'g', 'f']
      const requestFor = (name: string) => `GET /${name} HTTP/1.1\r\nHost: localhost\r\n\r\n`
      client.socket.write(names.map(requestFor).join(''))
      await served.settled(names.length - 1)
      await client.until(3 * SIZE)
      let rest = client.received
      for (const name of names) {
        const start = rest.indexOf('\r\n\r\n') + 4
        const body = rest.subarray(start, start + SIZE)
        expect(body.equals(name === 'f' ? pattern(SIZE) : pattern(SIZE, 1))).toBe(true)
        rest = rest.subarray(start + SIZE)
      }
    })

    it('resumes at the right byte each time the send buffer was full', async () => {
      const whole = randomBytes(48 * MIB)
      using folder = new Folder({ f: whole })
      await using served = await applicationWith({ root: folder.path, ...OFF })
      using client = new RawClient(served.port)
      client.socket.on('data', () => {
        client.socket.pause()
        setImmediate(() => client.socket.resume())
      })
      client.request('/f')
      expect((await client.response()).body.equals(whole)).toBe(true)
      expect(sent).toBeGreaterThan(40 * MIB)
    })
  },
)

describe.skipIf(calls === undefined)(
  'Without sendfile, a file that is not in the page cache',
  () => {
    it('is read in the thread pool, and copied by native calls once it is cached', async () => {
      using folder = new UncachedFolder()
      const whole = randomBytes(32 * MIB)
      folder.write('f', whole)
      await using served = await applicationWith({ root: folder.path, ...OFF })
      using client = new RawClient(served.port)
      client.request('/f')
      expect((await client.response()).body.equals(whole)).toBe(true)
      expect(results).toContain(0)

      using again = new RawClient(served.port)
      sent = 0
      again.request('/f')
      expect((await again.response()).body.equals(whole)).toBe(true)
      expect(sent).toBeGreaterThan(31 * MIB)
    })
  },
)

describe.skipIf(calls === undefined)('Without sendfile, a file that changes', () => {
  const SIZE = 64 * MIB

  /** A server, and a client that has stopped reading while the send buffer is full. */
  async function pausedDownload(folder: Folder, more: { appendOnly?: true } = {}) {
    const served = await applicationWith({ root: folder.path, ...OFF, ...more })
    const client = new RawClient(served.port)
    client.request('/f')
    await client.until(1000)
    client.socket.pause()
    const isFull = () => results.some((bytes) => bytes === -11 || (bytes > 0 && bytes % 65_536 > 0))
    await expect.poll(isFull).toBe(true)
    return { served, client }
  }

  it.each([
    [
      'rewritten at bytes that are queued for the client',
      (path: string) => overwrite(path, 100_000, Buffer.alloc(SIZE - 200_000, 7)),
    ],
    ['truncated to fewer bytes than are queued', (path: string) => truncateSync(path, 100_001)],
  ])('and is %s has its body cut, and every byte before is the old one', async (_how, change) => {
    using folder = new Folder({ f: pattern(SIZE) })
    const { served, client } = await pausedDownload(folder)
    await using _served = served
    const before = sent
    change(folder.at('f'))
    client.socket.resume()
    const { body, ended } = await client.closed()
    expect(ended).toBe('fin')
    expect(sent, 'bytes that were sent after the change').toBe(before)
    expect(body.length).toBeGreaterThan(before)
    expect(body.equals(pattern(SIZE).subarray(0, body.length))).toBe(true)
    expect(await served.settled()).toMatchObject({ outcome: 'changed', bytes: body.length })
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  it('only by appended bytes is sent completely, by native calls again after one chunk', async () => {
    using folder = new Folder({ f: pattern(SIZE) })
    const { served, client } = await pausedDownload(folder, { appendOnly: true })
    await using _served = served
    const before = sent
    appendFileSync(folder.at('f'), 'more')
    client.socket.resume()
    expect((await client.response()).body.equals(pattern(SIZE))).toBe(true)
    expect(sent - before).toBeGreaterThan(SIZE / 2)
    client.socket.destroy()
  })
})

describe.skipIf(calls === undefined)('Without sendfile, a client that does not read', () => {
  it('has at most 1 KiB of its body buffered in the process', async () => {
    using folder = new Folder({ f: pattern(64 * MIB) })
    const buffered = await bufferedForPausedClient({ root: folder.path, ...OFF })
    expect(buffered).toBeGreaterThan(0)
    expect(buffered).toBeLessThanOrEqual(1024)
  })
})

describe.skipIf(calls === undefined)('Without sendfile, an error of the native call', () => {
  it('cuts the body where the connection is closed', async () => {
    using folder = new Folder({ f: pattern(4 * MIB) })
    vi.mocked(native.sendCopy).mockReturnValue(-32)
    await using served = await applicationWith({ root: folder.path, ...OFF })
    using client = new RawClient(served.port)
    client.request('/f')
    expect((await client.closed()).body.length).toBeLessThan(4 * MIB)
    expect(await served.settled()).toMatchObject({ outcome: 'client-gone' })
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })
})
