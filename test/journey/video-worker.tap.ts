import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import tap from 'tap'
import type { MediaPin } from '../../src/video/pinned-url.js'
import type { WorkerMessage } from '../../src/video/worker-message.js'
import { startBrowser } from '../fixture/browsers/start-browser.js'
import { BROWSERS, COMMAND, type TestPage } from '../fixture/browsers/test-browser.js'
import { codedClip } from '../fixture/coded-clip/coded-clip.js'
import { Folder } from '../fixture/files.js'
import { freePort } from '../fixture/free-port.js'
import { isLong } from '../fixture/long-form.js'
import { needs, Server } from '../fixture/process.js'

/** Bytes a second of the server: more than those of the clip, but far less than the whole film at once. */
const RATE = 300_000
const SECONDS = 60

const PAGE = `<!doctype html><meta charset="utf-8"><title>worker</title><video muted controls></video>
<script type="module">
import { pinnedUrl } from './dist/video/pinned-url.js'
import { registerWorker } from './dist/video/register-worker.js'
globalThis.lastbyte = { pinnedUrl, registerWorker }
</script>`

/** What the page has in `globalThis`. */
interface Page {
  readonly lastbyte: {
    readonly pinnedUrl: typeof import('../../src/video/pinned-url.js').pinnedUrl
    readonly registerWorker: typeof import('../../src/video/register-worker.js').registerWorker
  }
  messages: WorkerMessage[]
}

/** Registers a worker script, a path beside the page, and keeps its messages. */
function register(page: TestPage, script: string) {
  return page.evaluate(async (script) => {
    const { lastbyte } = globalThis as unknown as Page
    const result = await lastbyte.registerWorker(() => navigator.serviceWorker as never, {
      script: new URL(script, location.href).href,
      page: location.href,
      vendor: navigator.vendor,
    })
    const messages: WorkerMessage[] = []
    Object.assign(globalThis, { messages })
    if (result.kind === 'controlling') result.onMessage((message) => messages.push(message))
    return result.kind === 'controlling' ? result.kind : result.reason
  }, script)
}

/** Pins the film as it is now; plays it. */
function play(page: TestPage): Promise<MediaPin> {
  return page.evaluate(async () => {
    const { lastbyte } = globalThis as unknown as Page
    const { headers } = await fetch('film.mp4', { method: 'HEAD', cache: 'no-store' })
    const etag = headers.get('etag') ?? undefined
    const pin = { etag, size: Number(headers.get('content-length')), type: 'video/mp4' }
    const video = document.querySelector('video') as HTMLVideoElement
    video.src = lastbyte.pinnedUrl('film.mp4', pin)
    await video.play()
    return pin
  }, undefined)
}

function playsBeyond(page: TestPage, position: number, timeout = 30_000): Promise<void> {
  const holds = (position: number) => {
    const video = document.querySelector('video') as HTMLVideoElement
    if (video.error !== null) throw new Error(video.error.message)
    return video.currentTime > position
  }
  return page.waitFor(holds, position, { timeout })
}

function kinds(page: TestPage): Promise<string[]> {
  return page.evaluate(() => {
    const { messages } = globalThis as unknown as Page
    return [...new Set(messages.map(({ kind }) => kind))]
  }, undefined)
}

/** In the short form each test but that of a dead server runs in one of the browsers. */
const runsIn = (browser: (typeof BROWSERS)[number], name: (typeof BROWSERS)[number]) =>
  isLong || browser === name ? {} : { skip: `runs in ${name}, and in both by npm run test:long` }
const CHANGES = { replaced: 'chromium', rewritten: 'firefox' } as const

for (const name of BROWSERS) {
  tap.test(`The service worker of ${name}`, needs(COMMAND[name], 'ffmpeg'), async (t) => {
    const [first, second] = await Promise.all(
      [1, 2].map((version) => codedClip({ seconds: SECONDS, version })),
    )
    const film = first as Buffer
    using folder = new Folder({ 'page.html': PAGE, 'film.mp4': film })
    cpSync('dist', folder.at('dist'), { recursive: true })
    cpSync('dist/pages/built/worker.js', folder.at('own-worker.js'))
    const options = [folder.path, '--port', String(await freePort()), '--rate', String(RATE)]
    let server = await Server.start(options)
    await using browser = await startBrowser(name)
    /** A page that the worker controls, with the first version on the server. */
    const open = async (script = './-/worker.js') => {
      writeFileSync(folder.at('film.mp4'), film)
      const page = await browser.open()
      await page.goto(`${server.url}/page.html`)
      await page.waitFor(() => 'lastbyte' in globalThis, undefined, { timeout: 10_000 })
      t.equal(await register(page, script), 'controlling')
      return page
    }

    await t.test('plays on at the position of a seek while the server was dead', async (t) => {
      await using page = await open()
      await play(page)
      await playsBeyond(page, 1)
      server.child.kill('SIGKILL')
      await server.exit
      await page.evaluate(() => {
        const video = document.querySelector('video') as HTMLVideoElement
        video.currentTime = 45
      }, undefined)
      await delay(8_000)
      server = await Server.start(options)
      await playsBeyond(page, 45.5)
      const seen = await kinds(page)
      t.ok(seen.includes('interrupted') && seen.includes('resumed'), seen.join())
      t.notOk(seen.includes('gave-up') || seen.includes('changed'), seen.join())
    })

    for (const how of ['replaced', 'rewritten'] as const) {
      const title = `passes on no byte of a film that is ${how} while it is read`
      await t.test(title, runsIn(name, CHANGES[how]), async (t) => {
        await using page = await open()
        await play(page)
        await playsBeyond(page, 1)
        const pin = await page.evaluate(() => {
          const video = document.querySelector('video') as HTMLVideoElement
          const stream = { chunks: [] as Uint8Array[], end: '' }
          Object.assign(globalThis, { stream })
          void fetch(video.currentSrc).then(async ({ body }) => {
            const reader = (body as ReadableStream<Uint8Array>).getReader()
            try {
              for (;;) {
                const { done, value } = await reader.read()
                if (done) break
                stream.chunks.push(value)
              }
              stream.end = 'complete'
            } catch {
              stream.end = 'broken'
            }
          })
          return video.currentSrc
        }, undefined)
        t.match(pin, /#lastbyte=/)
        await delay(2_000)
        if (how === 'rewritten') writeFileSync(folder.at('film.mp4'), second as Buffer)
        else {
          writeFileSync(folder.at('next.mp4'), second as Buffer)
          renameSync(folder.at('next.mp4'), folder.at('film.mp4'))
          // The open file has the old bytes still, so only the next request shows the change.
          server.child.kill('SIGKILL')
          await server.exit
          server = await Server.start(options)
        }
        interface Stream {
          readonly stream: { readonly chunks: Uint8Array[]; readonly end: string }
        }
        const hasEnded = () => (globalThis as unknown as Stream).stream.end !== ''
        await page.waitFor(hasEnded, undefined, { timeout: 60_000 })
        const { end, length, hash } = await page.evaluate(async () => {
          const { chunks, end } = (globalThis as unknown as Stream).stream
          const bytes = await new Blob(chunks as BlobPart[]).arrayBuffer()
          const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
          const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
          return { end, length: bytes.byteLength, hash }
        }, undefined)
        t.equal(end, 'broken')
        t.ok(length > 0 && length < film.length, `${length} bytes`)
        t.equal(hash, createHash('sha256').update(film.subarray(0, length)).digest('hex'))
        // The player stops visibly, too: it has an error once it needs further bytes.
        const hasError = () => document.querySelector('video')?.error !== null
        await page.waitFor(hasError, undefined, { timeout: 60_000 })
        t.ok((await kinds(page)).includes('changed'))
      })
    }

    await t.test(
      'plays on while a newer script is installed',
      runsIn(name, 'firefox'),
      async () => {
        await using page = await open('./own-worker.js')
        await play(page)
        await playsBeyond(page, 1)
        const script = readFileSync(folder.at('own-worker.js'), 'utf8')
        writeFileSync(folder.at('own-worker.js'), `${script}\n// newer\n`)
        await page.evaluate(async () => {
          await (await navigator.serviceWorker.getRegistration())?.update()
        }, undefined)
        await playsBeyond(page, 12)
      },
    )

    const behind = 'controls pages behind a proxy that removes a prefix'
    await t.test(behind, runsIn(name, 'chromium'), async (t) => {
      const front = createServer((request, response) => {
        const path = request.url?.replace(/^\/apps/, '') ?? '/'
        const url = new URL(path, server.url)
        const { method, headers } = request
        const forwarded = httpRequest(url, { method, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(response)
        })
        forwarded.on('error', () => response.destroy())
        request.pipe(forwarded)
      }).listen(0, '127.0.0.1')
      await once(front, 'listening')
      const { port } = front.address() as AddressInfo
      await using page = await browser.open()
      await page.goto(`http://127.0.0.1:${port}/apps/page.html`)
      await page.waitFor(() => 'lastbyte' in globalThis, undefined, { timeout: 10_000 })
      t.equal(await register(page, './-/worker.js'), 'controlling')
      await play(page)
      await playsBeyond(page, 1)
      t.ok((await kinds(page)).includes('opened'))
      front.close()
      front.closeAllConnections()
    })
    await server[Symbol.asyncDispose]()
  })
}
