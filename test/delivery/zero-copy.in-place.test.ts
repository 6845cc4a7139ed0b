import { truncateSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadBindings } from '../../src/native/bindings.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { applicationWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { rewrite, settledSource } from '../fixture/settled-files.js'

const MIB = 1024 * 1024
const capability = loadBindings()
const RUNS = Array.from({ length: 10 }, (_, run) => run)

afterEach(() => vi.restoreAllMocks())

/** Changes a file while its client does not read, after which the client reads what it gets. */
async function changed(size: number, options: LastbyteOptions, change: (path: string) => void) {
  using folder = new Folder({ f: pattern(size) })
  await using served = await applicationWith({ source: settledSource(folder), ...options })
  using client = new RawClient(served.port)
  client.request('/f', { Connection: 'close' })
  await client.until(1_000)
  client.socket.pause()
  const { transfers } = served.app
  let before = -1
  await expect
    .poll(
      () => {
        const isStill = transfers.bytesSent > 0 && transfers.bytesSent === before
        before = transfers.bytesSent
        return isStill
      },
      { interval: 40 },
    )
    .toBe(true)
  change(folder.at('f'))
  client.socket.resume()
  return (await client.closed()).body
}

describe.each([
  ['one that fits into the buffers of the connection', 1_200_000],
  ['a larger one', 24 * MIB],
])(
  'By default, a client on the same machine that pauses receives of a file (%s)',
  (_what, size) => {
    const first = pattern(size)

    it.each(RUNS)('bytes of one version where it is rewritten in place (%i)', async () => {
      const body = await changed(size, {}, (path) => rewrite(path, pattern(size, 1)))
      expect(body.length).toBeGreaterThan(1_000)
      expect(body.equals(first.subarray(0, body.length))).toBe(true)
    })

    it.each(RUNS)('no zeros where it is truncated and grows again (%i)', async () => {
      const body = await changed(size, {}, (path) => {
        truncateSync(path, 2_000)
        truncateSync(path, size)
      })
      expect(body.length).toBeGreaterThan(1_000)
      expect(body.equals(first.subarray(0, body.length))).toBe(true)
    })
  },
)

it.skipIf(capability.kind === 'none')(
  'sendfile is not called for clients on the same machine with zeroCopy: auto and on',
  async () => {
    const calls = capability.kind === 'native' ? capability.calls : undefined
    const sendfile = vi.spyOn(calls as never, 'sendfile' as never)
    using folder = new Folder({ f: pattern(4 * MIB) })
    for (const zeroCopy of ['auto', 'on'] as const) {
      await using served = await applicationWith({ source: settledSource(folder), zeroCopy })
      using client = new RawClient(served.port)
      client.request('/f')
      expect((await client.response()).body.equals(pattern(4 * MIB))).toBe(true)
    }
    expect(sendfile).not.toHaveBeenCalled()
  },
)
