import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import tap from 'tap'
import { CuttingProxy } from '../fixture/cutting-proxy.js'
import { Folder, fileSize, hasBytes, pattern } from '../fixture/files.js'
import { needs, RunningProcess, run, Server } from '../fixture/process.js'
import { sha256 } from '../fixture/sha256.js'

const SIZE = 24_000_000
const CONTENT = pattern(SIZE)

const isWhole = (path: string) => readFileSync(path).equals(CONTENT)

tap.test(
  'curl exits with 18 if the server is killed, and -C - resumes the file',
  needs('curl'),
  async (t) => {
    using folder = new Folder({ f: CONTENT })
    using out = new Folder()
    const first = await Server.start([folder.path])
    const download = new RunningProcess('curl', [
      '-sS',
      '--limit-rate',
      '20M',
      '-o',
      out.at('f'),
      `${first.url}/f`,
    ])
    await hasBytes(out.at('f'), 1)
    first.child.kill('SIGKILL')
    await first.exit
    t.equal((await download.exit).code, 18, 'curl reports a short transfer')
    const received = fileSize(out.at('f'))
    t.ok(received > 0 && received < SIZE, `${received} bytes were received`)

    await using second = await Server.start([folder.path])
    const rest = await run('curl', ['-sS', '-C', '-', '-o', out.at('f'), `${second.url}/f`])
    t.equal(rest.code, 0, rest.stderr)
    t.ok(isWhole(out.at('f')))
    await second.waitForOutput(/"outcome":"complete"/)
    t.match(second.transfers[0], {
      status: 206,
      range: `bytes=${received}-`,
      bytes: SIZE - received,
    })
  },
)

tap.test(
  'curl --compressed receives a precompressed file and decodes it',
  needs('curl'),
  async (t) => {
    const text = 'lastbyte\n'.repeat(1000)
    using folder = new Folder({ 'f.txt': text, 'f.txt.gz': gzipSync(text) })
    await using server = await Server.start([folder.path, '--precompressed'])
    const args = ['-sSf', '--compressed', '-w', '%{size_download}', `${server.url}/f.txt`]
    t.equal((await run('curl', args)).stdout, `${text}${gzipSync(text).length}`)
  },
)

tap.test(
  'curl with If-Range refuses to append a range of another version',
  needs('curl'),
  async (t) => {
    using folder = new Folder({ f: CONTENT })
    using out = new Folder({ f: CONTENT.subarray(0, 1000) })
    await using server = await Server.start([folder.path])
    const args = [
      '-sS',
      '-C',
      '-',
      '-H',
      'If-Range: "another"',
      '-o',
      out.at('f'),
      `${server.url}/f`,
    ]
    t.equal((await run('curl', args)).code, 33)
    t.equal(fileSize(out.at('f')), 1000)
  },
)

tap.test(
  'curl reports a shutdown during a transfer as an error, over HTTP/2 and over TLS with HTTP/1.1',
  needs('curl'),
  async (t) => {
    using folder = new Folder({ f: CONTENT })
    using out = new Folder()
    const cert = [
      '--tls-cert',
      'test/fixture/tls/cert.pem',
      '--tls-key',
      'test/fixture/tls/key.pem',
    ]
    for (const version of ['--http2', '--http1.1']) {
      await using server = await Server.start([folder.path, '--shutdown-grace', '0ms', ...cert])
      const args = [
        '-sSk',
        version,
        '--limit-rate',
        '10M',
        '-o',
        out.at(version),
        `${server.url}/f`,
      ]
      const download = new RunningProcess('curl', args)
      await hasBytes(out.at(version), 1)
      server.child.kill('SIGTERM')
      const { code } = await download.exit
      t.ok([18, 56, 92].includes(code ?? 0), `${version} exits with ${code}`)
      await server.exit
    }
    await using server = await Server.start([folder.path, ...cert])
    t.equal(
      (await run('curl', ['-sSk', '--http2', '-o', out.at('whole'), `${server.url}/f`])).code,
      0,
    )
    t.ok(isWhole(out.at('whole')))
  },
)

tap.test('wget resumes through connections that end every 3 MB', needs('wget'), async (t) => {
  using folder = new Folder({ f: CONTENT })
  using out = new Folder()
  await using server = await Server.start([folder.path])
  await using proxy = await CuttingProxy.start(() => server.port, 3_000_000)
  const args = [
    '-q',
    '--tries=30',
    '--waitretry=0',
    '-O',
    out.at('f'),
    `http://127.0.0.1:${proxy.port}/f`,
  ]
  t.equal((await run('wget', args)).code, 0)
  t.ok(isWhole(out.at('f')))
  t.ok(proxy.cuts >= 7, `${proxy.cuts} cuts`)
})

tap.test(
  'aria2 resumes its file after the server is killed, and checks the digest',
  needs('aria2c'),
  async (t) => {
    using folder = new Folder({ f: CONTENT })
    using out = new Folder()
    const options = [
      '--no-conf',
      '-q',
      '-x4',
      '-s4',
      '-k1M',
      '--file-allocation=none',
      '-d',
      out.path,
      '-o',
      'f',
    ]
    const first = await Server.start([folder.path])
    const download = new RunningProcess('aria2c', [
      ...options,
      '--max-download-limit=8M',
      '--max-tries=1',
      `${first.url}/f`,
    ])
    await hasBytes(out.at('f'), 1)
    first.child.kill('SIGKILL')
    await first.exit
    t.not((await download.exit).code, 0)
    t.ok(fileSize(out.at('f.aria2')) > 0, 'aria2 keeps its control file')

    await using second = await Server.start([folder.path])
    const rest = await run('aria2c', [...options, '-c', `${second.url}/f`])
    t.equal(rest.code, 0, rest.stdout + rest.stderr)
    t.ok(isWhole(out.at('f')))
    await second.waitForOutput(/"outcome":"complete"/)
    t.ok(second.transfers.every(({ status }) => status === 206 || status === 200))
    const digest = await fetch(`${second.url}/f`, {
      method: 'HEAD',
      headers: { 'Want-Digest': 'SHA-256;q=1' },
    })
    t.match(digest.headers.get('digest'), /^SHA-256=/)
  },
)

tap.test('aria2 resumes through connections that end every 3 MB', needs('aria2c'), async (t) => {
  using folder = new Folder({ f: CONTENT })
  using out = new Folder()
  await using server = await Server.start([folder.path])
  await using proxy = await CuttingProxy.start(() => server.port, 3_000_000)
  const options = [
    '--no-conf',
    '-q',
    '-x2',
    '-s2',
    '-k1M',
    '--max-tries=50',
    '--file-allocation=none',
    '-d',
    out.path,
    '-o',
    'f',
  ]
  const { code, stdout } = await run('aria2c', [...options, `http://127.0.0.1:${proxy.port}/f`])
  t.equal(code, 0, stdout)
  t.ok(isWhole(out.at('f')))
})

tap.test(
  'zsync fetches the blocks that its old version lacks, in multipart bodies',
  needs('zsync', 'zsyncmake'),
  async (t) => {
    using folder = new Folder({ f: CONTENT })
    const old = Buffer.from(CONTENT)
    for (let at = 500; at < SIZE; at += 1_000_000) old.fill(0xff, at, at + 700)
    using out = new Folder({ old })
    const control = folder.at('f.zsync')
    t.equal((await run('zsyncmake', ['-u', 'f', '-o', control, folder.at('f')])).code, 0)
    await using server = await Server.start([folder.path])
    const args = ['-q', '-i', out.at('old'), '-o', out.at('f'), `${server.url}/f.zsync`]
    // Where it misses the first part of a multipart body, it requests it again for ever.
    const result = await run('timeout', ['60', 'zsync', ...args])
    t.equal(result.code, 0, result.stderr)
    t.ok(isWhole(out.at('f')))
    await server.waitForOutput(/"path":"\/f".*"outcome":"complete"/)
    const parts = server.transfers.filter(({ path }) => path === '/f')
    t.ok(parts.every(({ status }) => status === 206))
    t.ok(parts.some(({ range }) => String(range).includes(',')))
  },
)

tap.test(
  'apt updates and downloads from a flat repository, for which it requests /./ paths',
  needs('apt-get'),
  async (t) => {
    const archive = 'not a real archive'
    const facts = `Size: ${archive.length}\nSHA256: ${sha256(Buffer.from(archive)).hex}`
    const packages = `Package: probe\nVersion: 1.0\nArchitecture: all\nFilename: ./probe.deb\n${facts}\n`
    using repository = new Folder({ Packages: packages, 'probe.deb': archive })
    await using server = await Server.start([repository.path])
    const source = `deb [trusted=yes] ${server.url} ./`
    using own = new Folder({ 'etc/sources.list': source, 'etc/preferences.d/f': '', 'lists/f': '' })
    const settings = {
      'Dir::Etc': own.at('etc'),
      'Dir::State': own.path,
      'Dir::State::status': '/dev/null',
      'Dir::Cache': own.at('cache'),
      'APT::Sandbox::User': 'root',
      'Acquire::http::Proxy': 'DIRECT',
    }
    const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
    const update = await run('apt-get', [...options, 'update'])
    t.equal(update.code, 0, update.stderr)
    const { code, stdout, stderr } = await run('apt-get', [
      ...options,
      'download',
      '--print-uris',
      'probe',
    ])
    t.equal(code, 0, stderr)
    t.match(stdout, `${server.url}/./`, 'apt requests a path with a dot')
    const uri = /'([^']+)'/.exec(stdout)?.[1] ?? ''
    const download = await run('curl', ['-sSf', '--path-as-is', uri])
    t.equal(download.stdout, archive)
  },
)
