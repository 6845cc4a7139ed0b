import { closeSync, openSync, readFileSync, truncateSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RemotePeers } from '../../src/delivery/remote-peers.js'
import { LastbyteError } from '../../src/errors.js'
import { loadBindings, type NativeBindings } from '../../src/native/bindings.js'
import { applicationWith } from '../fixture/application.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { Folder, pattern } from '../fixture/files.js'
import { inShell, leasesOn } from '../fixture/leases.js'
import { RawClient } from '../fixture/raw-http.js'
import { settledSource } from '../fixture/settled-files.js'

const MIB = 1024 * 1024
/** More bytes than the buffers of a loopback connection hold. */
const LARGE = pattern(48 * MIB)
/** ms for which a process that opens a file for writing may wait, with the time that starting it takes. */
const LONGEST_WAIT = 1_500

/** Prints the ms that truncate(2) took, without the time that Node takes to start. */
const TIMED_TRUNCATE = `
  const began = performance.now()
  fs.truncateSync(process.argv[1], 100)
  console.log(performance.now() - began)`

const capability = loadBindings()
const calls = capability.kind === 'native' ? capability.calls : undefined
const native = calls as NativeBindings
let sent = 0

beforeEach(() => {
  sent = 0
  if (calls === undefined) return
  const sendfile = calls.sendfile.bind(calls)
  vi.spyOn(calls, 'sendfile').mockImplementation((...args) => {
    const bytes = sendfile(...args)
    sent += Math.max(0, bytes)
    return bytes
  })
  // The connections of these tests are on loopback. The leases are those of the kernel.
  vi.spyOn(RemotePeers.prototype, 'has').mockReturnValue(true)
})
afterEach(() => vi.restoreAllMocks())

async function serving(folder: Folder) {
  return applicationWith({ source: settledSource(folder), zeroCopy: 'auto' })
}

/** A client that reads the first bytes and then nothing, so that megabytes are queued for it. */
async function pausedClient(port: number, path = '/f') {
  const client = new RawClient(port)
  client.request(path)
  await client.until(1_000)
  client.socket.pause()
  return client
}

/** Waits until sendfile sends no more, since the client does not read. */
async function untilFull(): Promise<void> {
  let before = -1
  await expect
    .poll(
      () => {
        const isFull = sent > MIB && sent === before
        before = sent
        return isFull
      },
      { interval: 60, timeout: 10_000 },
    )
    .toBe(true)
}

describe.skipIf(calls === undefined)('A file that is sent by sendfile to another machine', () => {
  it('is leased from the first page until the client has acknowledged the last one', async () => {
    using folder = new Folder({ f: LARGE })
    await using served = await serving(folder)
    using client = await pausedClient(served.port)
    await untilFull()
    expect(leasesOn(folder.at('f'))).toBe(1)
    client.socket.resume()
    const { body, ended } = await client.response()
    expect(body.equals(LARGE)).toBe(true)
    expect(ended).toBe('open')
    expect(sent).toBeGreaterThan(40 * MIB)
    expect(await served.settled()).toMatchObject({ outcome: 'complete' })
    expect(leasesOn(folder.at('f'))).toBe(0)
  })

  it('has one lease for all transfers from one descriptor, until the last of them ends', async () => {
    using folder = new Folder({ f: LARGE })
    await using served = await serving(folder)
    using one = await pausedClient(served.port)
    using other = await pausedClient(served.port)
    await untilFull()
    expect(leasesOn(folder.at('f'))).toBe(1)
    one.socket.resume()
    expect((await one.response()).body.equals(LARGE)).toBe(true)
    await served.settled()
    expect(leasesOn(folder.at('f'))).toBe(1)
    other.socket.resume()
    expect((await other.response()).body.equals(LARGE)).toBe(true)
    await served.settled(1)
    expect(leasesOn(folder.at('f'))).toBe(0)
  })

  it('is leased for each slice of a multipart body, with the bytes of the slices', async () => {
    using folder = new Folder({ f: LARGE })
    await using served = await serving(folder)
    using client = new RawClient(served.port)
    client.request('/f', { Range: 'bytes=0-1999999,4000000-6999999,9000000-9000099' })
    const { body } = await client.response()
    expect(body.includes(LARGE.subarray(0, 2_000_000))).toBe(true)
    expect(body.includes(LARGE.subarray(4_000_000, 7_000_000))).toBe(true)
    expect(sent).toBeGreaterThan(4_000_000)
    await served.settled()
    expect(leasesOn(folder.at('f'))).toBe(0)
  })

  it.each([
    ['opens it to append', ': >> "$1"'],
    ['opens it to read and write', ': 3<> "$1"'],
    ['truncates it', `${process.execPath} -e '${TIMED_TRUNCATE}' "$1"`],
    ['tries again to open it without waiting', 'until truncate -s 100 "$1"; do sleep 0.05; done'],
    ['empties it', ': > "$1"'],
    ['rewrites it in place', 'dd if=/dev/zero of="$1" bs=1M count=48 conv=notrunc'],
  ])(
    'makes a process that %s wait for less than 1.5 s while a client does not read',
    async (_how, command) => {
      using folder = new Folder({ f: LARGE })
      await using served = await serving(folder)
      using client = await pausedClient(served.port)
      using other = await pausedClient(served.port)
      await untilFull()
      expect(await inShell(command, folder.at('f'))).toBeLessThan(LONGEST_WAIT)
      expect(leasesOn(folder.at('f'))).toBe(0)
      for (const nth of [0, 1]) {
        const record = await served.settled(nth)
        expect(record).toMatchObject({ outcome: 'stalled' })
        expect(record.error?.message).toMatch(/the file is opened for writing/)
      }
      for (const { socket } of [client, other]) socket.resume()
      const { body } = await client.closed()
      expect(body.length).toBeLessThan(LARGE.length)
      // What the client's kernel had acknowledged before the writer began are bytes of the first version.
      expect((await other.closed()).body.length).toBeLessThan(LARGE.length)
    },
    20_000,
  )

  it.each([
    ['opens it for writing', (path: string) => closeSync(openSync(path, 'r+'))],
    ['truncates it', (path: string) => truncateSync(path, 100)],
  ])(
    'lets a function that %s and blocks the serving thread return within 1.5 s',
    async (_how, change) => {
      using folder = new Folder({ f: LARGE })
      await using served = await serving(folder)
      using client = await pausedClient(served.port)
      await untilFull()
      const began = performance.now()
      change(folder.at('f'))
      expect(performance.now() - began).toBeLessThan(LONGEST_WAIT)
      client.socket.resume()
      expect((await client.closed()).body.length).toBeLessThan(LARGE.length)
      await served.settled()
      await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
    },
    10_000,
  )

  it('is sent on by copying where a process opens it and the queued bytes leave in time', async () => {
    using folder = new Folder({ f: LARGE })
    await using served = await serving(folder)
    using client = await pausedClient(served.port)
    await untilFull()
    const before = sent
    const waited = inShell(': 3<> "$1"', folder.at('f'))
    await expect.poll(isBreaking).toBe(true)
    client.socket.resume()
    expect(await waited).toBeLessThan(LONGEST_WAIT)
    // A process that opens it without waiting, and tries again, must succeed: no new lease for a while, which the first
    // response may outlast.
    using next = new RawClient(served.port)
    next.request('/f', { Range: 'bytes=0-4194303' })
    expect((await next.response()).body.equals(LARGE.subarray(0, 4_194_304))).toBe(true)
    expect((await client.response()).body.equals(LARGE)).toBe(true)
    expect(sent, 'bytes that sendfile sent after the break').toBe(before)
    using last = new RawClient(served.port)
    last.request('/f')
    expect((await last.response()).body.equals(LARGE)).toBe(true)
    for (const nth of [0, 1, 2]) {
      expect(await served.settled(nth)).toMatchObject({ outcome: 'complete' })
    }
  })

  it('can be renamed, unlinked and changed in mode meanwhile, and is sent completely', async () => {
    using folder = new Folder({ f: LARGE })
    await using served = await serving(folder)
    using client = await pausedClient(served.port)
    await untilFull()
    const commands = 'chmod 600 "$1" && mv "$1" "$1.old" && echo new > "$1" && rm "$1.old"'
    expect(await inShell(commands, folder.at('f'))).toBeLessThan(1_000)
    client.socket.resume()
    expect((await client.response()).body.equals(LARGE)).toBe(true)
    expect(sent).toBeGreaterThan(40 * MIB)
  })
})

/** Whether the kernel reports that a process waits for the end of a lease. */
function isBreaking(): boolean {
  return /\bLEASE\s+BREAKING\b/.test(readFileSync('/proc/locks', 'latin1'))
}

describe.skipIf(calls === undefined)('A lease ends', () => {
  it.each(['destroy', 'resetAndDestroy'] as const)(
    'when the client closes its connection (%s)',
    async (close) => {
      using folder = new Folder({ f: LARGE })
      await using served = await serving(folder)
      using client = await pausedClient(served.port)
      await untilFull()
      client.socket[close]()
      await served.settled()
      await expect.poll(() => leasesOn(folder.at('f'))).toBe(0)
      await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
    },
  )

  it('when a transfer is cancelled, after the client has received what was queued', async () => {
    using folder = new Folder({ f: LARGE })
    await using served = await serving(folder)
    using client = await pausedClient(served.port)
    await untilFull()
    const [transfer] = served.app.transfers.running
    transfer?.abort(new LastbyteError('CANCELLED', 'cancelled'))
    client.socket.resume()
    const { body, ended } = await client.closed()
    const record = await served.settled()
    expect(record).toMatchObject({ outcome: 'cancelled', bytes: body.length })
    expect(ended).toBe('fin')
    expect(body.equals(LARGE.subarray(0, body.length))).toBe(true)
    await expect.poll(() => leasesOn(folder.at('f'))).toBe(0)
  })

  it('when a transfer is cancelled and its client does not read: the connection is reset', async () => {
    using folder = new Folder({ f: LARGE })
    await using served = await serving(folder)
    using client = await pausedClient(served.port)
    await untilFull()
    const [transfer] = served.app.transfers.running
    transfer?.abort(new LastbyteError('CANCELLED', 'cancelled'))
    await served.settled()
    await expect.poll(() => leasesOn(folder.at('f'))).toBe(0)
    client.socket.resume()
    expect((await client.closed()).body.length).toBeLessThan(LARGE.length)
  })

  it('when the application closes', async () => {
    using folder = new Folder({ f: LARGE })
    const served = await serving(folder)
    using _client = await pausedClient(served.port)
    await untilFull()
    await served[Symbol.asyncDispose]()
    await expect.poll(() => leasesOn(folder.at('f'))).toBe(0)
  })
})

describe.skipIf(calls === undefined)('A file that cannot be leased is copied', () => {
  it('where a process has it open for writing', async () => {
    using folder = new Folder({ f: LARGE })
    await using served = await serving(folder)
    const writer = openSync(folder.at('f'), 'r+')
    using client = new RawClient(served.port)
    client.request('/f')
    expect((await client.response()).body.equals(LARGE)).toBe(true)
    closeSync(writer)
    expect(sent).toBe(0)
  })

  it.each([
    ['it belongs to another user', -13],
    ['its file system has no leases', -22],
  ])('where %s', async (_why, result) => {
    vi.spyOn(native, 'takeLease').mockReturnValue(result)
    using folder = new Folder({ f: LARGE })
    await using served = await serving(folder)
    using client = new RawClient(served.port)
    client.request('/f')
    expect((await client.response()).body.equals(LARGE)).toBe(true)
    expect(sent).toBe(0)
  })

  it('where it is opened for writing between the header section and the first page', async () => {
    const take = native.takeLease.bind(native)
    vi.spyOn(native, 'takeLease').mockImplementationOnce(take).mockReturnValue(-11)
    using folder = new Folder({ f: LARGE })
    await using served = await serving(folder)
    using client = new RawClient(served.port)
    client.request('/f', { Range: 'bytes=5-' })
    expect((await client.response()).body.equals(LARGE.subarray(5))).toBe(true)
    expect(sent).toBe(0)
  })
})
