import tap from 'tap'
import { FuseDisk, needsFuse } from '../fixture/fuse.js'
import { Server } from '../fixture/process.js'
import { RawClient } from '../fixture/raw-http.js'

tap.test('a disk that fails at an exact byte, and one that hangs', needsFuse(), async (t) => {
  const disk = await FuseDisk.mount('test/fixture/broken-disk.py')
  await using server = await Server.start([disk.path, '--source-timeout', '400ms'])

  await t.test('EIO after the headers: exactly what could be read, then FIN', async (t) => {
    using client = new RawClient(server.port)
    client.request('/eio-1000001')
    const { status, body, ended } = await client.closed()
    t.same({ status, bytes: body.length, ended }, { status: 200, bytes: 1_000_001, ended: 'fin' })
    const [, line = ''] = await server.says(/(\{[^\n]*"path":"\/eio-1000001"[^\n]*\})/)
    t.match(JSON.parse(line), {
      outcome: 'source-failed',
      bytes: 1_000_001,
      error: { code: 'SOURCE_FAILED' },
    })
  })

  await t.test('EIO before the headers: 500, and not a word of it', async (t) => {
    const response = await fetch(`${server.url}/eio-1000`, { headers: { Range: 'bytes=1000-' } })
    t.equal(response.status, 500)
    t.notMatch(await response.text(), /EIO|disk/)
  })

  await t.test(
    'a read that hangs: cut after the source timeout, and the server lives on',
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
  // Before the server, whose hanging read ends with it.
  await disk[Symbol.asyncDispose]()
})
