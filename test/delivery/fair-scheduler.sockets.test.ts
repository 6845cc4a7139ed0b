import { expect, it } from 'vitest'
import { loadBindings } from '../../src/native/bindings.js'
import { applicationWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

const MIB = 1024 * 1024
const DOWNLOADS = 32
const PATHS = loadBindings().kind === 'native' ? (['always', 'off'] as const) : (['off'] as const)

it.each(PATHS)(
  'Many downloads do not delay a small request, with zero-copy %s',
  // The bytes depend on when the system runs the thread that opens the file: one bad moment proves nothing.
  { retry: 2 },
  async (zeroCopy) => {
    using folder = new Folder({ large: pattern(32 * MIB), small: 'hello' })
    await using served = await applicationWith({ root: folder.path, zeroCopy })
    const { transfers } = served.app
    const clients = Array.from({ length: DOWNLOADS }, () => {
      const client = new RawClient(served.port)
      client.request('/large')
      return client
    })
    // Past the small chunks with which a body begins.
    await expect
      .poll(() => transfers.bytesSent, { timeout: 15_000 })
      .toBeGreaterThan(8 * DOWNLOADS * MIB)

    using client = new RawClient(served.port)
    const before = transfers.bytesSent
    client.request('/small')
    expect((await client.response()).body.toString()).toBe('hello')
    expect(transfers.bytesSent - before).toBeLessThan((DOWNLOADS * MIB) / 4)
    for (const each of clients) each.socket.destroy()
  },
)
