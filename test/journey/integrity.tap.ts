import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import tap from 'tap'
import { type FaultListener, faultServer } from '../../src/testing/index.js'
import { Chromium } from '../fixture/browser.js'
import { Folder, pattern } from '../fixture/files.js'
import { element, fetched, frameTitle, requested } from '../fixture/page-loads.js'
import { needs } from '../fixture/process.js'
import { SIGNING_KEY } from '../fixture/signing-key.js'

const SIZE = 1_000_000
const CONTENT = pattern(SIZE)
const SCRIPT = `globalThis.loaded = true // ${'x'.repeat(20_000)}`
/** Its last 20 bytes are not read: a wrong or absent one leaves a valid picture. */
const PICTURE = Buffer.concat([
  Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
  Buffer.alloc(20),
])
const STYLE = 'body { color: red } /* a comment */'
const VIDEO = readFileSync('media/clip.webm')
const FILES = {
  'page.html': '<!doctype html><title>page</title>',
  f: CONTENT,
  'a.js': SCRIPT,
  'a.css': STYLE,
  'a.gif': PICTURE,
  'a.webm': VIDEO,
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
  // Of another origin, and without ranges, so that <video> gets a 200 with the field.
  const other = await faultServer({
    root: folder.path,
    seed: 1,
    digest: 'known',
    acceptRanges: false,
    setHeaders: (reply) => reply.setHeader('access-control-allow-origin', '*'),
  })
  // Without the field.
  const silent = await faultServer({ root: folder.path, seed: 1 })
  try {
    await using chromium = await Chromium.start()
    const { page } = chromium
    t.comment(`Chromium ${page.context().browser()?.version()}`)
    await learnDigests(server)
    await learnDigests(other)
    await page.goto(`${server.url}/page.html`)
    const arm = (kind: 'corrupt' | 'end-early', path: string, at: number, on = server) => {
      on.faults.disarm()
      on.faults.arm({ match: { path }, fault: { kind, at } })
    }
    const corrupt = (path: string, at = 5) => arm('corrupt', path, at)
    const endEarly = (path: string, at = 900_000) => arm('end-early', path, at)

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

    await t.test(
      'a range of what the cache has as a whole is compared with the part',
      async (t) => {
        server.faults.disarm()
        t.equal(await fetched(page, '/f?cached', { cache: 'default' }), SIZE)
        const range = { cache: 'default', headers: { Range: 'bytes=5-9' } } as const
        t.equal(await fetched(page, '/f?cached', range), 'refused')
        t.equal(await fetched(page, '/f?cached', { ...range, cache: 'no-store' }), 5)
      },
    )

    await t.test('fetch of another origin is verified, also without CORS', async (t) => {
      const url = `${other.url}/f`
      for (const [mode, size] of [
        ['cors', SIZE],
        ['no-cors', 0],
      ] as const) {
        other.faults.disarm()
        t.equal(await fetched(page, url, { mode }), size, mode)
        arm('corrupt', '/f', 5, other)
        t.equal(await fetched(page, url, { mode }), 'refused', `${mode}, corrupt`)
        arm('end-early', '/f', 900_000, other)
        t.equal(await fetched(page, url, { mode }), 'refused', `${mode}, end-early`)
      }
    })

    await t.test('scripts, stylesheets and pictures are verified', async (t) => {
      for (const [name, path, size] of [
        ['script', '/a.js', SCRIPT.length],
        ['link', '/a.css', STYLE.length],
        ['img', '/a.gif', PICTURE.length],
      ] as const) {
        const load = (version: string, on = server) => {
          const url = `${on.url}${path}?${version}`
          const attributes = name === 'link' ? { rel: 'stylesheet', href: url } : { src: url }
          return element(page, name, attributes)
        }
        server.faults.disarm()
        t.equal(await load('1'), 'loaded', `${name}, correct`)
        // Where what has no digest is loaded with it.
        for (const [kind, at] of [
          ['corrupt', size - 12],
          ['end-early', size - 4],
        ] as const) {
          arm(kind, path, at)
          t.equal(await load(kind), 'refused', `${name}, ${kind}`)
          arm(kind, path, at, silent)
          t.equal(await load(kind, silent), 'loaded', `${name} without the field, ${kind}`)
        }
      }
    })

    await t.test('downloads, pages, frames, XMLHttpRequest and video are not', async (t) => {
      corrupt('/f')
      t.same(await downloaded(page, '/f'), { failure: null, size: SIZE, isCorrect: false })
      t.equal(await requested(page, '/f?corrupt'), SIZE, 'XMLHttpRequest, corrupt')
      endEarly('/f')
      t.same(await downloaded(page, '/f'), { failure: null, size: 900_000, isCorrect: false })
      t.equal(await requested(page, '/f?early'), 900_000, 'XMLHttpRequest, end-early')
      const title = FILES['page.html'].indexOf('page<')
      corrupt('/page.html', title)
      t.match(await frameTitle(page, '/page.html?corrupt'), /^[^p]age$/, 'frame, corrupt')
      await page.goto(`${server.url}/page.html?corrupt`)
      t.match(await page.title(), /^[^p]age$/, 'page, corrupt')
      endEarly('/page.html', title + 2)
      t.equal(await frameTitle(page, '/page.html?early'), 'pa', 'frame, end-early')
      await page.goto(`${server.url}/page.html?early`)
      t.equal(await page.title(), 'pa', 'page, end-early')
      for (const kind of ['corrupt', 'end-early'] as const) {
        arm(kind, '/a.webm', VIDEO.length - 1, other)
        const video = { src: `${other.url}/a.webm?${kind}`, preload: 'auto' }
        t.equal(await element(page, 'video', video), 'loaded', `video, ${kind}`)
      }
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
    for (const each of [server, other, silent]) await each.close()
  }
})
