import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
} from 'node:fs'
import { join } from 'node:path'
import tap from 'tap'
import { Chromium } from '../fixture/browser.js'
import { Folder, pattern } from '../fixture/files.js'
import { inForm, isLong } from '../fixture/long-form.js'
import { fencedBlocks } from '../fixture/markdown.js'
import { PageShell } from '../fixture/page-shell.js'
import { needs, run, Server } from '../fixture/process.js'
import { Swift } from '../fixture/swift.js'
import { SeededDraw } from './chaos/seeded-draw.js'

const FILES: Record<string, string | Buffer> = {
  'plain.txt': 'plain',
  'zero.bin': '',
  '.hidden': 'not in the archive',
  'a b/&?#%25.txt': 'signs',
  'dots/..bin': 'two dots at the start of a name',
  'עברית/العربية.txt': 'from right to left',
  '日本語/한국어 Ελληνικά кириллица.bin': pattern(300_000, 1),
  // Composed: libarchive composes what is not.
  'accents/\u00e9\u00fc\u00f1.txt': 'Latin',
  'emoji/👩‍👩‍👧 😀.txt': 'beyond U+FFFF',
  'large/film.mp4': pattern(9_000_000, 2),
}
/** What a listing shows: without names that start with a dot. */
const SHOWN = Object.keys(FILES).filter((name) => !/(^|\/)\./.test(name))

function site(): Folder {
  const folder = new Folder(FILES)
  mkdirSync(folder.at('empty/inner'), { recursive: true })
  chmodSync(folder.at('plain.txt'), 0o755)
  utimesSync(folder.at('plain.txt'), 981_173_106, 981_173_106)
  return folder
}

/** Paths of all files below a folder. */
const filesIn = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort()

async function saved(url: string, path: string): Promise<void> {
  const { code, stderr } = await run('curl', ['-sSf', '-o', path, url])
  if (code !== 0) throw new Error(stderr)
}

/** How each program unpacks an archive into a folder, which it checks meanwhile. */
const UNPACK: Record<string, (archive: string, folder: string) => [string, string[]]> = {
  unzip: (archive, folder) => ['unzip', ['-q', archive, '-d', folder]],
  '7z': (archive, folder) => ['7z', ['x', '-bd', `-o${folder}`, archive]],
  bsdtar: (archive, folder) => ['bsdtar', ['-xf', archive, '-C', folder]],
  'bsdtar from a pipe': (archive, folder) => [
    'sh',
    ['-c', `cat ${archive} | bsdtar -xf - -C ${folder}`],
  ],
  python3: (archive, folder) => ['python3', ['-m', 'zipfile', '-e', archive, folder]],
}

tap.test(
  'every program unpacks the files of a folder, with names in every script',
  needs('curl', 'unzip', '7z', 'bsdtar', 'python3'),
  async (t) => {
    using folder = site()
    using out = new Folder()
    await using server = await Server.start([folder.path, '--zip'])
    await saved(`${server.url}/?zip`, out.at('site.zip'))
    t.equal((await run('unzip', ['-t', out.at('site.zip')])).code, 0)
    t.equal((await run('7z', ['t', out.at('site.zip')])).code, 0)
    for (const [program, unpack] of Object.entries(UNPACK)) {
      using unpacked = new Folder()
      const [command, args] = unpack(out.at('site.zip'), unpacked.path)
      const { code, stdout, stderr } = await run(command, args)
      t.equal(code, 0, `${program}: ${stdout}${stderr}`)
      t.same(filesIn(unpacked.path), [...SHOWN].sort(), program)
      for (const name of SHOWN) {
        const content = Buffer.from(FILES[name] as string)
        t.ok(readFileSync(unpacked.at(name)).equals(content), `${program}: ${name}`)
      }
      t.ok(statSync(unpacked.at('empty/inner')).isDirectory(), `${program}: an empty folder`)
      // The others, and a reader of a pipe, take no permissions from the directory at the end.
      if (program === 'unzip' || program === 'bsdtar') {
        t.equal(statSync(unpacked.at('plain.txt')).mode & 0o777, 0o755, `${program}: permissions`)
        t.equal(statSync(unpacked.at('plain.txt')).mtimeMs, 981_173_106_000, `${program}: time`)
      }
    }
  },
)

tap.test(
  'more than 65,535 members and more than 4 GiB are ZIP64',
  {
    ...needs('curl', 'unzip', '7z', 'bsdtar', 'python3'),
    timeout: 900_000,
    skip: !isLong && 'in the long form',
  },
  async (t) => {
    using folder = new Folder({ 'b/last': 'end' })
    mkdirSync(folder.at('a'))
    for (let index = 0; index < 66_000; index += 1) folder.write(`a/${index}`, '')
    folder.write('b/film', '')
    truncateSync(folder.at('b/film'), 4 * 1024 ** 3 + 5)
    using out = new Folder()
    await using server = await Server.start([folder.path, '--zip'])
    await saved(`${server.url}/?zip`, out.at('all.zip'))
    t.equal((await run('unzip', ['-tq', out.at('all.zip')])).code, 0)
    t.equal((await run('7z', ['t', out.at('all.zip')])).code, 0)
    t.equal((await run('python3', ['-m', 'zipfile', '-t', out.at('all.zip')])).code, 0)
    const { stdout } = await run('bsdtar', ['-tf', out.at('all.zip')])
    t.equal(stdout.split('\n').length - 1, 66_002)
  },
)

tap.test(
  'download programs resume an archive, and use several connections',
  needs('curl', 'wget', 'aria2c'),
  async (t) => {
    using folder = site()
    using out = new Folder()
    await using server = await Server.start([
      folder.path,
      '--zip',
      '--faults',
      '--fault-access',
      'local',
    ])
    const url = `${server.url}/?zip`
    await saved(url, out.at('whole.zip'))
    const whole = readFileSync(out.at('whole.zip'))
    const cut = async () => {
      const body = JSON.stringify({ fault: { kind: 'truncate', at: 5_000_000 }, times: 1 })
      const headers = { 'content-type': 'application/json' }
      await fetch(`${server.url}/-/faults`, { method: 'POST', headers, body })
    }
    const programs: Record<string, (path: string) => [string, string[]]> = {
      curl: (path) => [
        'sh',
        ['-c', `curl -sS '${url}' -o ${path}; curl -sSf -C - '${url}' -o ${path}`],
      ],
      wget: (path) => ['wget', ['-q', '-O', path, url]],
      aria2c: (path) => [
        'aria2c',
        ['-q', '-x4', '-s4', '-k1M', '-d', '/', '-o', path.slice(1), url],
      ],
      'lastbyte get': (path) => [
        process.execPath,
        ['dist/cli/main.js', 'get', '-q', '-c', '4', url, '-o', path],
      ],
    }
    for (const [program, command] of Object.entries(programs)) {
      await cut()
      const path = out.at(`${program}.zip`)
      const { code, stderr } = await run(...command(path))
      t.equal(code, 0, `${program}: ${stderr}`)
      t.ok(readFileSync(path).equals(whole), program)
    }
  },
)

/** Times that a node is killed while it sends. */
const KILLS = inForm({ short: 4, long: 100 })

tap.test(
  `${KILLS} kills of two nodes over one folder leave one archive`,
  { timeout: inForm({ short: 120_000, long: 1_200_000 }) },
  async (t) => {
    using folder = site()
    using out = new Folder()
    const start = () => Server.start([folder.path, '--zip', '--rate-per-address', '4M'])
    let [serving, standby] = [start(), start()]
    await using _nodes = {
      async [Symbol.asyncDispose]() {
        for (const node of [serving, standby]) await (await node)[Symbol.asyncDispose]()
      },
    }
    await using unlimited = await Server.start([folder.path, '--zip'])
    await saved(`${unlimited.url}/?zip`, out.at('whole.zip'))
    const whole = readFileSync(out.at('whole.zip'))
    const draw = new SeededDraw(20261127)
    let received = Buffer.alloc(0)
    let etag: string | null = null
    let kills = 0
    while (received.length < whole.length) {
      const node = await serving
      const pinned: Record<string, string> =
        etag === null ? {} : { range: `bytes=${received.length}-`, 'if-range': etag }
      const response = await fetch(`${node.url}/?zip`, { headers: pinned })
      t.equal(response.status, etag === null ? 200 : 206)
      etag ??= response.headers.get('etag')
      t.equal(response.headers.get('etag'), etag)
      const until = received.length + draw.between(1, 2 * Math.ceil(whole.length / KILLS))
      try {
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
          received = Buffer.concat([received, chunk])
          if (received.length >= until && kills < KILLS) {
            node.child.kill('SIGKILL')
            kills += 1
            break
          }
        }
      } catch {
        // The rest of a connection whose server was killed.
      }
      if (!node.child.killed) continue
      await node.exit
      // The other node goes on while the next one starts.
      ;[serving, standby] = [standby, start()]
    }
    t.ok(kills >= KILLS / 3, `${kills} kills`)
    t.ok(received.equals(whole))
  },
)

tap.test(
  'the button of a listing downloads an archive in Chromium',
  needs('chromium', 'unzip'),
  async (t) => {
    using folder = site()
    using out = new Folder()
    await using server = await Server.start([folder.path, '--list', '--zip'])
    await using chromium = await Chromium.start()
    const { page } = chromium
    for (const [path, name] of [
      ['/', 'files.zip'],
      ['/large/?sort=size', 'large.zip'],
    ] as const) {
      await page.goto(server.url + path)
      const downloading = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Download ZIP' }).click()
      const download = await downloading
      t.equal(download.suggestedFilename(), name)
      await download.saveAs(out.at(name))
      t.equal((await run('unzip', ['-tq', out.at(name)])).code, 0)
    }
    await page.goto(`${server.url}/empty/inner/`)
    t.equal(await page.getByRole('button', { name: 'Download ZIP' }).count(), 0)
  },
)

tap.test(
  'a bucket is an archive of its objects',
  { ...needs('swift-proxy-server', 'curl', 'unzip', 'python3'), timeout: 120_000 },
  async (t) => {
    await using swift = await Swift.start()
    await swift.bucket('media')
    const objects = { 'a.txt': 'a', 'd/שלום.bin': pattern(700_000), 'd/e/f.txt': 'f' }
    for (const [key, content] of Object.entries(objects)) {
      await swift.put('media', `site/${key}`, Buffer.from(content))
    }
    const { accessKeyId, secretAccessKey } = swift.credentials
    await using server = await Server.start(
      ['s3://media/site', '--zip', '--endpoint', swift.endpoint],
      {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_REGION: 'us-east-1',
      },
    )
    using out = new Folder()
    await saved(`${server.url}/?zip`, out.at('bucket.zip'))
    t.equal((await run('unzip', ['-tq', out.at('bucket.zip')])).code, 0)
    using unpacked = new Folder()
    await run('python3', ['-m', 'zipfile', '-e', out.at('bucket.zip'), unpacked.path])
    t.same(filesIn(unpacked.path), Object.keys(objects).sort())
    const whole = readFileSync(out.at('bucket.zip'))
    const headers = { range: 'bytes=300000-' }
    const part = await fetch(`${server.url}/?zip`, { headers })
    t.equal(part.status, 206)
    t.ok(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(300_000)))
  },
)

tap.test(
  'docs/zip.md: its commands send and download archives',
  needs('curl', 'unzip', 'aria2c'),
  async (t) => {
    using shell = new PageShell()
    const blocks = fencedBlocks('docs/zip.md').filter(({ info: [language] }) => language === 'sh')
    const [serve, ...others] = blocks
    t.match(serve?.text, /^lastbyte serve media --zip/)
    await using server = await Server.start([shell.folder.at('media'), '--list', '--zip'])
    shell.usePort(8080, server.port)
    t.equal(others.length, 2)
    for (const { text } of others) t.match(await shell.run(text), /exit 0\n$/, text)
  },
)
