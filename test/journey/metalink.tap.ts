import { existsSync, readFileSync } from 'node:fs'
import tap from 'tap'
import { Folder, pattern } from '../fixture/files.js'
import { needs, run, Server } from '../fixture/process.js'

const SIZE = 24_000_000
const CONTENT = pattern(SIZE)
/** In the 13th piece of 1 MiB. */
const CORRUPT = JSON.stringify([
  { match: { path: '/film.mp4' }, fault: { kind: 'corrupt', at: 13_000_000 } },
])

/** Two nodes with the same file. The second is a mirror of the first, and may have a fault for its file. */
async function nodes(scenario = '[]') {
  const folder = new Folder({ 'film.mp4': CONTENT })
  const rules = new Folder({ 'rules.json': scenario })
  const faults = ['--faults', '--fault-scenario', rules.at('rules.json')]
  const mirror = await Server.start([folder.path, '--rate', '16M', ...faults])
  // The second is faster, so that it sends the middle of the file. aria2 opens one connection to a host, whatever the port.
  const base = `http://localhost:${mirror.port}/`
  const main = await Server.start([folder.path, '--rate', '4M', '--mirror', base])
  return {
    main,
    mirror,
    async [Symbol.asyncDispose]() {
      await main[Symbol.asyncDispose]()
      await mirror[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
      rules[Symbol.dispose]()
    },
  }
}

/** Runs aria2 without the configuration of its user; its log shows the pieces. */
async function aria2(out: Folder, url: string) {
  const log = out.at('log')
  const args = ['--no-conf', '--log', log, '--log-level=info', '-d', out.path, '-k', '1M', url]
  const exit = await run('aria2c', args)
  const text = readFileSync(log, 'utf8')
  const count = (what: RegExp) => text.match(what)?.length ?? 0
  return {
    ...exit,
    good: count(/Good chunk checksum/g),
    bad: new Set(text.match(/validation failed\. checksumIndex=\d+/g)),
  }
}

const received = (out: Folder) => readFileSync(out.at('film.mp4')).equals(CONTENT)
const bytesOf = (server: Server) =>
  server.transfers.reduce((sum, { bytes }) => sum + Number(bytes), 0)

tap.test(
  'aria2 verifies the pieces of a Metalink document, and takes them from two nodes',
  needs('aria2c'),
  async (t) => {
    await using site = await nodes()
    using out = new Folder()
    const got = await aria2(out, `${site.main.url}/film.mp4?metalink`)
    t.equal(got.code, 0, got.stdout)
    t.equal(got.good, Math.ceil(SIZE / 1024 ** 2))
    t.equal(got.bad.size, 0)
    t.ok(received(out))
    for (const server of [site.main, site.mirror]) {
      t.ok(bytesOf(server) > SIZE / 10, `${bytesOf(server)} bytes of ${server.url}`)
    }
  },
)

tap.test(
  'aria2 finds the piece that a node corrupts, and takes it from the other',
  needs('aria2c'),
  async (t) => {
    await using site = await nodes(CORRUPT)
    using out = new Folder()
    const got = await aria2(out, `${site.main.url}/film.mp4?metalink`)
    t.equal(got.code, 0, got.stdout)
    t.same([...got.bad], ['validation failed. checksumIndex=12'])
    t.ok(received(out))
  },
)

tap.test(
  'aria2 takes a file from the mirrors of its Link fields, and finds a wrong byte at the end',
  needs('aria2c'),
  async (t) => {
    await using site = await nodes(CORRUPT)
    using out = new Folder()
    const got = await aria2(out, `${site.main.url}/film.mp4`)
    t.equal(got.code, 32, 'checksum error')
    t.ok(existsSync(out.at('film.mp4.aria2')), 'the download is not complete')
    t.ok(bytesOf(site.mirror) > 0)
  },
)

tap.test('lastbyte check follows the Link, and proves the digests', async (t) => {
  await using site = await nodes()
  const url = `${site.main.url}/film.mp4`
  const only = 'metalink-digest,unencoded-digest,legacy-digest'
  const args = ['dist/cli/main.js', 'check', url, '--only', only, '--bytes', '100M', '--json']
  const checked = await run(process.execPath, args)
  const { results } = JSON.parse(checked.stdout) as { results: { id: string; outcome: string }[] }
  t.same(
    results.map(({ id, outcome }) => `${id}: ${outcome}`).sort(),
    only
      .split(',')
      .sort()
      .map((id) => `${id}: passed`),
    checked.stdout,
  )
})
