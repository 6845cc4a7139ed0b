import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, truncateSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadBindings, type NativeBindings } from '../../src/native/bindings.js'
import { createFaults } from '../../src/testing/index.js'
import { applicationWith, serverWith } from '../fixture/application.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { Folder, pattern } from '../fixture/files.js'
import { bufferedForPausedClient } from '../fixture/paused-client.js'
import { RawClient } from '../fixture/raw-http.js'
import { settledSource } from '../fixture/settled-files.js'
import { tls } from '../fixture/tls.js'
import { UncachedFolder } from '../fixture/uncached-folder.js'

const MIB = 1024 * 1024
const capability = loadBindings()
const ON = { zeroCopy: 'always' } as const

/** Bytes that sendfile has sent since the test began. */
let sent = 0
/** Calls of sendfile that sent less than their window, since the send buffer was full. */
let filled = 0
const calls = capability.kind === 'native' ? capability.calls : undefined

beforeEach(() => {
  sent = 0
  filled = 0
  if (calls === undefined) return
  const sendfile = calls.sendfile.bind(calls)
  vi.spyOn(calls, 'sendfile').mockImplementation((...args) => {
    const bytes = sendfile(...args)
    sent += Math.max(0, bytes)
    if (bytes < args[3]) filled += 1
    return bytes
  })
})
afterEach(() => vi.restoreAllMocks())

const native = calls as NativeBindings

/** Overwrites bytes of a file in place; its size stays. */
function overwrite(path: string, position: number, bytes: Uint8Array): void {
  const descriptor = openSync(path, 'r+')
  writeSync(descriptor, bytes, 0, bytes.length, position)
  closeSync(descriptor)
}

describe.skipIf(calls === undefined)('With zero-copy, the server', () => {
  const SIZE = 3 * MIB + 12_345

  it.each([
    ['the whole', {}, 200, [0, SIZE]],
    ['a range', { Range: 'bytes=100001-2100000' }, 206, [100_001, 2_100_001]],
    ['a range to the end', { Range: 'bytes=1000000-' }, 206, [1_000_000, SIZE]],
  ] as const)(
    'sends %s by sendfile with the correct bytes',
    async (_what, fields, status, [start, end]) => {
      using folder = new Folder({ f: pattern(SIZE) })
      await using served = await applicationWith({ root: folder.path, ...ON })
      using client = new RawClient(served.port)
      client.request('/f', fields)
      const response = await client.response()
      expect(response.status).toBe(status)
      expect(response.body.equals(pattern(SIZE).subarray(start, end))).toBe(true)
      expect(sent).toBeGreaterThan((end - start) / 2)
      expect(await served.settled()).toMatchObject({ outcome: 'complete', bytes: end - start })
      expect(served.app.transfers.bytesSent).toBe(end - start)
      expect(response.ended).toBe('open')
    },
  )

  it('sends a multipart body with the bytes that zeroCopy: off sends', async () => {
    using folder = new Folder({ f: pattern(SIZE) })
    await using served = await applicationWith({ root: folder.path, ...ON })
    const ranges = [
      [0, 1_000_000],
      [2_000_000, 2_000_100],
      [1_500_000, 2_500_000],
    ] as const
    const spec = ranges.map(([start, end]) => `${start}-${end - 1}`).join()
    const fetchRanges = async (url: string) => {
      const response = await fetch(`${url}/f`, { headers: { range: `bytes=${spec}` } })
      const boundary = response.headers.get('content-type')?.split('boundary=')[1] ?? ''
      const text = Buffer.from(await response.arrayBuffer()).toString('latin1')
      return text.replaceAll(boundary, 'boundary')
    }
    const direct = await fetchRanges(served.url)
    expect(sent).toBeGreaterThan(1_800_000)
    await using portable = await applicationWith({ root: folder.path, zeroCopy: 'off' })
    sent = 0
    expect((await fetchRanges(portable.url)) === direct).toBe(true)
    expect(sent).toBe(0)
  })

  it('sends pipelined responses in the order of their requests', async () => {
    using folder = new Folder({ f: pattern(SIZE), g: pattern(SIZE, 1), small: 'small' })
    await using served = await applicationWith({ root: folder.path, ...ON })
    using client = new RawClient(served.port)
    const names = ['f', 'small', 'g', 'f', 'small', 'g']
    const requestFor = (name: string) => `GET /${name} HTTP/1.1\r\nHost: localhost\r\n\r\n`
    client.socket.write(names.map(requestFor).join(''))
    await served.settled(names.length - 1)
    await client.until(4 * SIZE + 2 * 5)
    const bodies = { f: pattern(SIZE), g: pattern(SIZE, 1), small: Buffer.from('small') }
    let rest = client.received
    for (const name of names) {
      const body = bodies[name as 'f']
      const start = rest.indexOf('\r\n\r\n') + 4
      expect(rest.subarray(start, start + body.length).equals(body)).toBe(true)
      rest = rest.subarray(start + body.length)
    }
    expect(rest).toHaveLength(0)
    expect(sent).toBeGreaterThan(3 * SIZE)
  })

  it('does not call sendfile with faults, over TLS or HTTP/2, for HEAD, or with zeroCopy: off', async () => {
    using folder = new Folder({ f: pattern(SIZE) })
    const root = folder.path
    const whole = pattern(SIZE)
    const faults = createFaults({ seed: 1 })
    faults.arm({ fault: { kind: 'truncate', at: 2_000_000 } })
    await using faulty = await applicationWith({ root, ...ON, faults })
    using client = new RawClient(faulty.port)
    client.request('/f')
    expect((await client.closed()).body.equals(whole.subarray(0, 2_000_000))).toBe(true)
    await using off = await applicationWith({ root, zeroCopy: 'off' })
    const response = await fetch(`${off.url}/f`)
    expect(Buffer.from(await response.arrayBuffer()).equals(whole)).toBe(true)
    await using secure = await serverWith({ root, ...ON }, { tls })
    for (const version of ['--http1.1', '--http2']) {
      const args = ['-sk', version, `https://127.0.0.1:${secure.port}/f`]
      const { stdout } = await promisify(execFile)('curl', args, CURL)
      expect(stdout.equals(whole)).toBe(true)
    }
    await using on = await applicationWith({ root, ...ON })
    await fetch(`${on.url}/f`, { method: 'HEAD' })
    expect(sent).toBe(0)
  })
})

const CURL = { encoding: 'buffer', maxBuffer: 16 * MIB } as const

describe.skipIf(calls === undefined)('With zero-copy, a file that is not in the page cache', () => {
  it('is read in the thread pool, and sent by sendfile once it is cached', async () => {
    using folder = new UncachedFolder()
    const whole = randomBytes(32 * MIB)
    folder.write('f', whole)
    await using served = await applicationWith({ root: folder.path, ...ON })
    using client = new RawClient(served.port)
    client.socket.pause()
    client.request('/f')
    const transfers = served.app.transfers
    await expect.poll(() => transfers.bytesSent).toBeGreaterThan(MIB)
    // Evicted in mid-transfer, since readahead has cached pages beyond those that were sent.
    folder.evict('f')
    const probes = vi.spyOn(native, 'isResident')
    client.socket.resume()
    expect((await client.response()).body.equals(whole)).toBe(true)
    expect(probes.mock.results.some(({ value }) => value === 0)).toBe(true)

    using again = new RawClient(served.port)
    sent = 0
    again.request('/f')
    expect((await again.response()).body.equals(whole)).toBe(true)
    expect(sent).toBeGreaterThan(31 * MIB)
  })
})

describe.skipIf(calls === undefined)('With zero-copy, a file that changes', () => {
  /** Bytes that fit into the socket buffers of a client that does not read. */
  const SIZE = 1_200_000

  /** A server, and a client that stops reading after the first bytes of a file. */
  async function pausedDownload(folder: Folder) {
    const served = await applicationWith({ root: folder.path, ...ON })
    const client = new RawClient(served.port)
    client.request('/f')
    await client.until(1000)
    client.socket.pause()
    return { served, client }
  }

  it.each([
    [
      'rewritten at bytes that are queued for the client',
      (path: string) => overwrite(path, 700_000, Buffer.alloc(100_000, 7)),
    ],
    ['truncated', (path: string) => truncateSync(path, 600_001)],
  ])('has its body cut where it is %s', async (_how, change) => {
    using folder = new Folder({ f: pattern(64 * MIB) })
    const { served, client } = await pausedDownload(folder)
    await using _served = served
    await expect.poll(() => filled).toBeGreaterThan(0)
    const before = sent
    change(folder.at('f'))
    client.socket.resume()
    const { body, ended } = await client.closed()
    expect(sent, 'bytes that sendfile sent after the change').toBe(before)
    expect(ended).toBe('fin')
    expect(body.length).toBeLessThan(64 * MIB)
    expect(body.length).toBeGreaterThanOrEqual(before)
    expect(await served.settled()).toMatchObject({ outcome: 'changed', bytes: body.length })
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  /** Rewrites the file while the fake system reports a byte that is not acknowledged, then none. */
  async function rewrittenWhileUnacknowledged(folder: Folder, fields: Record<string, string> = {}) {
    let queue = 1
    const unsent = vi.spyOn(native, 'unsentBytes').mockImplementation(() => queue)
    const served = await applicationWith({ source: settledSource(folder), ...ON })
    const client = new RawClient(served.port)
    client.request('/f', fields)
    await expect.poll(() => unsent.mock.calls.length).toBeGreaterThan(2)
    expect(served.records).toHaveLength(0)
    overwrite(folder.at('f'), 700_000, Buffer.alloc(10, 7))
    queue = 0
    return { served, client }
  }

  it('has its last bytes sent only after all others are acknowledged and unchanged', async () => {
    using folder = new Folder({ f: pattern(SIZE) })
    const { served, client } = await rewrittenWhileUnacknowledged(folder)
    await using _served = served
    const { body, ended } = await client.closed()
    expect(ended).toBe('fin')
    expect(body).toHaveLength(SIZE - 16 * 1024)
    expect(await served.settled()).toMatchObject({ outcome: 'changed' })
  })

  it('has a short slice sent only after the long one before it is acknowledged', async () => {
    using folder = new Folder({ f: pattern(SIZE) })
    const { served, client } = await rewrittenWhileUnacknowledged(folder, {
      Range: 'bytes=0-999999,1000000-1000099',
    })
    await using _served = served
    expect((await client.closed()).body.length).toBeLessThan(1_000_000)
    expect(await served.settled()).toMatchObject({ outcome: 'changed' })
  })

  it('ends visibly short where another file is renamed over it, which may hide a rewrite', async () => {
    using folder = new Folder({ f: pattern(32 * MIB) })
    const { served, client } = await pausedDownload(folder)
    await using _served = served
    folder.write('g', pattern(32 * MIB, 1))
    execFileSync('mv', [folder.at('g'), folder.at('f')])
    client.socket.resume()
    const { body } = await client.closed()
    expect(body.length).toBeLessThan(32 * MIB)
    expect(body.equals(pattern(32 * MIB).subarray(0, body.length))).toBe(true)
  })
})

describe.skipIf(calls === undefined)('With zero-copy, an error of sendfile', () => {
  it.each([
    ['the disk fails', -5, 'source-failed'],
    ['the connection is closed', -32, 'client-gone'],
  ] as const)('cuts the body where %s', async (_what, result, outcome) => {
    using folder = new Folder({ f: pattern(4 * MIB) })
    const sendfile = vi.mocked(native.sendfile).getMockImplementation()
    vi.mocked(native.sendfile).mockReturnValue(result)
    if (sendfile) vi.mocked(native.sendfile).mockImplementationOnce(sendfile)
    await using served = await applicationWith({ root: folder.path, ...ON })
    using client = new RawClient(served.port)
    client.request('/f')
    expect((await client.closed()).body.length).toBeLessThan(4 * MIB)
    expect(await served.settled()).toMatchObject({ outcome })
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  it('makes the server copy a file whose file system has no sendfile (EINVAL)', async () => {
    using folder = new Folder({ f: pattern(4 * MIB) })
    vi.spyOn(native, 'sendfile').mockReturnValue(-22)
    await using served = await applicationWith({ root: folder.path, ...ON })
    using client = new RawClient(served.port)
    client.request('/f')
    expect((await client.response()).body.equals(pattern(4 * MIB))).toBe(true)
  })
})

describe.skipIf(calls === undefined)('With zero-copy, a client that does not read', () => {
  it('has at most 1 KiB of its body buffered in the process', async () => {
    using folder = new Folder({ f: pattern(64 * MIB) })
    const buffered = await bufferedForPausedClient({ root: folder.path, ...ON })
    expect(buffered).toBeGreaterThan(0)
    expect(buffered).toBeLessThanOrEqual(1024)
  })
})

describe.skipIf(calls === undefined)('With zero-copy, the socket timeout', () => {
  it('counts the bytes of sendfile as activity', async () => {
    using folder = new Folder({ f: pattern(64 * MIB) })
    await using served = await applicationWith({ root: folder.path, ...ON })
    served.app.server.setTimeout(150)
    const sendfile = vi.mocked(native.sendfile)
    const real = sendfile.getMockImplementation() as NativeBindings['sendfile']
    // Slower than the client, so that the send buffer has room and nothing but sendfile writes.
    sendfile.mockImplementation((...args) => {
      const until = performance.now() + 4
      while (performance.now() < until);
      return real(...args)
    })
    using client = new RawClient(served.port)
    client.request('/f')
    expect((await client.response()).body.equals(pattern(64 * MIB))).toBe(true)
  })
})
