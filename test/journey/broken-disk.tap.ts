import { accessSync, constants, mkdirSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import tap from 'tap'
import { Folder } from '../fixture/files.js'
import { needs, Running, run, Server } from '../fixture/process.js'
import { RawClient } from '../fixture/raw-http.js'

/** Debian's own Python, for which python3-fusepy is installed. */
const PYTHON = '/usr/bin/python3'

function needsFuse(): { skip: false | string } {
  const { skip } = needs('fusermount3')
  if (skip !== false) return { skip }
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK)
    accessSync('/usr/lib/python3/dist-packages/fusepy.py')
    return { skip: false }
  } catch {
    if (process.env.CI === 'true') throw new Error('missing: /dev/fuse or python3-fusepy')
    return { skip: 'needs /dev/fuse and python3-fusepy' }
  }
}

tap.test('a disk that fails at an exact byte, and one that hangs', needsFuse(), async (t) => {
  using folder = new Folder()
  const mount = folder.at('disk')
  mkdirSync(mount)
  await using disk = new Running(PYTHON, ['test/fixture/broken-disk.py', mount])
  /** Reads that hang end with the file system, and only then can who made them be ended. */
  const unmount = async () => {
    await disk[Symbol.asyncDispose]()
    await run('fusermount3', ['-u', '-z', mount])
  }
  const isMounted = () => {
    try {
      accessSync(`${mount}/good`)
      return true
    } catch {
      return false
    }
  }
  while (!isMounted()) {
    if (disk.child.exitCode !== null) throw new Error(disk.stderr)
    await wait(20)
  }
  await using server = await Server.start([mount, '--source-timeout', '400ms'])

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
  await unmount()
})
