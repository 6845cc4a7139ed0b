import tap from 'tap'
import { FuseFileSystem, needsFuse } from '../fixture/fuse.js'
import { Server } from '../fixture/process.js'
import { RawClient } from '../fixture/raw-http.js'

tap.test('a server on a disk whose reads fail or hang at an exact byte', needsFuse(), async (t) => {
  const disk = await FuseFileSystem.mount('test/fixture/failing-disk.py')
  await using server = await Server.start([disk.path, '--source-timeout', '400ms'])

  await t.test(
    'sends exactly the readable bytes and then FIN if EIO occurs after the headers',
    async (t) => {
      using client = new RawClient(server.port)
      client.request('/eio-1000001')
      const { status, body, ended } = await client.closed()
      t.same({ status, bytes: body.length, ended }, { status: 200, bytes: 1_000_001, ended: 'fin' })
      const [, line = ''] = await server.waitForOutput(/(\{[^\n]*"path":"\/eio-1000001"[^\n]*\})/)
      t.match(JSON.parse(line), {
        outcome: 'source-failed',
        bytes: 1_000_001,
        error: { code: 'SOURCE_FAILED' },
      })
    },
  )

  await t.test('responds 500 without details if EIO occurs before the headers', async (t) => {
    const response = await fetch(`${server.url}/eio-1000`, { headers: { Range: 'bytes=1000-' } })
    t.equal(response.status, 500)
    t.notMatch(await response.text(), /EIO|disk/)
  })

  await t.test(
    'ends a response whose read hangs after the source timeout, and serves other files',
    async (t) => {
      using client = new RawClient(server.port)
      client.request('/hang-500000')
      const { body, ended } = await client.closed()
      t.equal(ended, 'fin')
      t.ok(body.length <= 500_000)
      const before = await fetch(`${server.url}/hang-0`)
      t.equal(before.status, 504)
      const good = await fetch(`${server.url}/good`)
      t.equal((await good.arrayBuffer()).byteLength, 4_000_000)
    },
  )
  // Before the server: unmounting ends the read that hangs in it.
  await disk[Symbol.asyncDispose]()
})
