import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import tap from 'tap'
import { type FaultListener, faultServer } from '../../src/testing/index.js'
import { Chromium } from '../fixture/browser.js'
import { Folder, pattern } from '../fixture/files.js'
import { needs, run } from '../fixture/process.js'
import { KEY_ID, SIGNING_KEY } from '../fixture/signing-key.js'
import { Workers } from '../fixture/workers.js'

const SIZE = 1_000_000
const CONTENT = pattern(SIZE)
const SCRIPT = `globalThis.loaded = true // ${'x'.repeat(20_000)}`
const PICTURE = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>',
)
const VIDEO = readFileSync('media/clip.webm')
const FILES = {
  'page.html': '<!doctype html><title>page</title>',
  f: CONTENT,
  'a.js': SCRIPT,
  'a.css': 'body { color: red }',
  'a.svg': PICTURE,
  'a.webm': VIDEO,
}
const INTEGRITY = `ed25519-${KEY_ID}`

/** What a page sees of a resource. */
type Seen = 'loaded' | 'refused'

function fetched(page: Page, path: string, init: RequestInit = {}): Promise<Seen | number> {
  return page.evaluate(
    async ([path, init]) => {
      try {
        const response = await fetch(path, { cache: 'no-store', ...init })
        return (await response.arrayBuffer()).byteLength
      } catch {
        return 'refused'
      }
    },
    [path, init] as const,
  )
}

function element(page: Page, name: string, attributes: Record<string, string>): Promise<Seen> {
  return page.evaluate(
    ([name, attributes]) =>
      new Promise<Seen>((resolve) => {
        const added = document.createElement(name)
        for (const event of ['load', 'canplaythrough']) {
          added.addEventListener(event, () => resolve('loaded'))
        }
        added.addEventListener('error', () => resolve('refused'))
        for (const [key, value] of Object.entries(attributes)) added.setAttribute(key, value)
        document.head.append(added)
      }),
    [name, attributes] as const,
  )
}

/** Downloads by a link; the size of the file, and whether it is that of the server. */
async function downloaded(page: Page, path: string) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.evaluate((path) => {
      const link = document.createElement('a')
      link.href = path
      link.download = 'saved'
      document.body.append(link)
      link.click()
    }, path),
  ])
  const failure = await download.failure()
  if (failure !== null) return { failure }
  const bytes = readFileSync(await download.path())
  return { failure, size: bytes.length, isCorrect: bytes.equals(CONTENT) }
}

/** Makes the server know the digests of all files, as a client that asks for them does. */
async function learnDigests(server: FaultListener): Promise<void> {
  for (const name of Object.keys(FILES)) {
    const headers = { 'Want-Repr-Digest': 'sha-256=1' }
    const response = await fetch(`${server.url}/${name}`, { method: 'HEAD', headers })
    if (!response.headers.has('repr-digest')) throw new Error(`${name} has no Repr-Digest`)
  }
}

tap.test('Chromium verifies Unencoded-Digest', needs('chromium'), async (t) => {
  using folder = new Folder(FILES)
  const server = await faultServer({
    root: folder.path,
    seed: 1,
    digest: 'known',
    signingKey: SIGNING_KEY,
  })
  try {
    await using chromium = await Chromium.start()
    const { page } = chromium
    t.comment(`Chromium ${page.context().browser()?.version()}`)
    await learnDigests(server)
    await page.goto(`${server.url}/page.html`)
    const corrupt = (path: string, at = 5) => {
      server.faults.disarm()
      server.faults.arm({ match: { path }, fault: { kind: 'corrupt', at } })
    }
    const endEarly = (path: string) => {
      server.faults.disarm()
      server.faults.arm({ match: { path }, fault: { kind: 'end-early', at: 900_000 } })
    }

    await t.test('fetch delivers what is correct, and refuses what a fault corrupts', async (t) => {
      server.faults.disarm()
      t.equal(await fetched(page, '/f'), SIZE)
      corrupt('/f', SIZE - 1)
      t.equal(await fetched(page, '/f'), 'refused')
      const asked = { headers: { 'Want-Repr-Digest': 'sha-256=1' } }
      t.equal(await fetched(page, '/f', asked), SIZE, 'unverified: there is no Unencoded-Digest')
    })

    await t.test('fetch refuses a body that ends early but looks complete', async (t) => {
      endEarly('/f')
      t.equal(await fetched(page, '/f'), 'refused')
      const asked = { headers: { 'Want-Repr-Digest': 'sha-256=1' } }
      t.equal(await fetched(page, '/f', asked), 900_000, 'unverified, it looks complete')
    })

    await t.test('fetch delivers a range, which has no Unencoded-Digest unasked', async (t) => {
      server.faults.disarm()
      t.equal(await fetched(page, '/f', { headers: { Range: 'bytes=5-9' } }), 5)
      const asked = { Range: 'bytes=5-9', 'Want-Unencoded-Digest': 'sha-256=1' }
      t.equal(await fetched(page, '/f', { headers: asked }), 'refused', 'compared with the part')
    })

    await t.test('scripts, stylesheets and pictures are verified', async (t) => {
      for (const [name, path, attributes] of [
        ['script', '/a.js', { src: '/a.js?1' }],
        ['link', '/a.css', { rel: 'stylesheet', href: '/a.css?1' }],
        ['img', '/a.svg', { src: '/a.svg?1' }],
      ] as const) {
        server.faults.disarm()
        t.equal(await element(page, name, attributes), 'loaded', `${name}, correct`)
        corrupt(path, 1)
        const again = Object.entries(attributes).map(([key, value]) => [
          key,
          value.replace('?1', '?2'),
        ])
        const seen = await element(page, name, Object.fromEntries(again))
        t.equal(seen, 'refused', `${name}, corrupt`)
      }
    })

    await t.test('downloads, pages, XMLHttpRequest and video are not', async (t) => {
      corrupt('/f')
      t.same(await downloaded(page, '/f'), { failure: null, size: SIZE, isCorrect: false })
      endEarly('/f')
      t.same(await downloaded(page, '/f'), { failure: null, size: 900_000, isCorrect: false })
      corrupt('/f')
      const length = await page.evaluate(
        () =>
          new Promise((resolve) => {
            const request = new XMLHttpRequest()
            request.responseType = 'arraybuffer'
            request.open('GET', '/f')
            request.onload = () => resolve(request.response.byteLength)
            request.onerror = () => resolve('refused')
            request.send()
          }),
      )
      t.equal(length, SIZE, 'XMLHttpRequest')
      corrupt('/a.webm', VIDEO.length - 1)
      const video = { src: '/a.webm', preload: 'auto' }
      t.equal(await element(page, 'video', video), 'loaded', 'video')
    })

    await t.test(
      'a fetch with Unencoded-Digest delivers nothing before its last byte',
      async (t) => {
        const times = async (headers: Record<string, string>) => {
          server.faults.disarm()
          const stall = { kind: 'stall', at: 500_000, ms: 1_000 } as const
          server.faults.arm({ match: { path: '/f' }, fault: stall })
          return page.evaluate(async (headers) => {
            const begin = performance.now()
            const response = await fetch('/f', { headers, cache: 'no-store' })
            const opened = performance.now() - begin
            await response.arrayBuffer()
            return opened / (performance.now() - begin)
          }, headers)
        }
        const verified = await times({})
        const streamed = await times({ 'Want-Repr-Digest': 'sha-256=1' })
        t.ok(verified > 0.8, `response after ${verified} of the time`)
        t.ok(streamed < 0.5, `without the field after ${streamed}`)
      },
    )
  } finally {
    await server.close()
  }
})

tap.test('Chromium requires resources of the owner of a key', needs('chromium'), async (t) => {
  using folder = new Folder(FILES)
  const options = { root: folder.path, seed: 1 }
  // Nothing but the request of the page asks for the digest.
  const signing = await faultServer({ ...options, signingKey: SIGNING_KEY })
  const unsigned = await faultServer(options)
  try {
    await using chromium = await Chromium.start()
    const { page } = chromium
    await page.goto(`${signing.url}/page.html`)
    const script = { integrity: INTEGRITY, crossorigin: 'anonymous' }
    t.equal(await element(page, 'script', { ...script, src: '/a.js' }), 'loaded')
    t.equal(await fetched(page, '/f', { integrity: INTEGRITY }), SIZE)

    const other = INTEGRITY.replace('JrQL', 'AAAA')
    t.equal(
      await element(page, 'script', { ...script, src: '/a.js?other', integrity: other }),
      'refused',
      'of another key',
    )
    signing.faults.arm({ match: { path: '/a.js' }, fault: { kind: 'corrupt', at: 5 } })
    t.equal(await element(page, 'script', { ...script, src: '/a.js?corrupt' }), 'refused')
    signing.faults.disarm()
    signing.faults.arm({ match: { path: '/f' }, fault: { kind: 'end-early', at: 900_000 } })
    t.equal(await fetched(page, '/f', { integrity: INTEGRITY }), 'refused', 'ends early')
    signing.faults.disarm()
    folder.write('a.js', `${SCRIPT}// the next version`)
    t.equal(
      await element(page, 'script', { ...script, src: '/a.js?next' }),
      'loaded',
      'the next version of the same owner',
    )

    await page.goto(`${unsigned.url}/page.html`)
    t.equal(await element(page, 'script', { ...script, src: '/a.js' }), 'refused', 'unsigned')
  } finally {
    await signing.close()
    await unsigned.close()
  }
})

tap.test('Each worker signs with the key, and describes files', async (t) => {
  using folder = new Folder({ 'a.js': SCRIPT })
  using own = new Folder({ 'key.pem': SIGNING_KEY })
  const args = ['serve', folder.path, '--workers', '2', '--metalink', '--signing-key']
  await using workers = await Workers.run([...args, own.at('key.pem')])
  const signatures = new Set<string | undefined>()
  const documents = new Set<string>()
  for (const worker of workers.ids) {
    const received = async (path: string, fields: Record<string, string> = {}) => {
      using client = await workers.clientOf(worker)
      client.request(path, { ...fields, Connection: 'close' })
      await client.closed()
      return String(client.received)
    }
    const signed = await received('/a.js', { 'Want-Unencoded-Digest': 'sha-256=1' })
    signatures.add(/^Signature: lastbyte=:(.*):/m.exec(signed)?.[1])
    documents.add(/<\?xml.*/s.exec(await received('/a.js?metalink'))?.[0] ?? '')
  }
  t.equal(signatures.size, 1)
  t.notOk(signatures.has(undefined))
  t.equal(documents.size, 1)
  t.match([...documents][0], /<hash type="sha-256">/)
  const { server } = workers
  t.match(server.stdout, `"integrity":"${INTEGRITY}"`, 'the public key is in the log')
  const output = server.stdout + server.stderr
  for (const line of SIGNING_KEY.trim().split('\n').slice(1, -1)) t.notOk(output.includes(line))
})

tap.test('A file that is no key prevents the start', async (t) => {
  using folder = new Folder({ 'a.js': SCRIPT })
  const key = SIGNING_KEY.replace('PRIVATE KEY', 'RSA PRIVATE KEY')
  using own = new Folder({ 'key.pem': key })
  const args = ['dist/cli/main.js', 'serve', folder.path, '--port', '0']
  const { code, stderr } = await run(process.execPath, [
    ...args,
    '--signing-key',
    own.at('key.pem'),
  ])
  t.equal(code, 2)
  t.match(stderr, /--signing-key: expected an Ed25519 private key in PEM \(PKCS #8\); received PEM/)
  t.notOk(stderr.includes('MC4C'))
})
