import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import type { FastifyInstance } from 'fastify'
import type { Page } from 'playwright-core'
import tap, { type Test } from 'tap'
import { FaultLayer } from '../../src/fault/fault-layer.js'
import { upstreamSource } from '../../src/source/upstream/upstream-source.js'
import { type Application, applicationWith, serverWith } from '../fixture/application.js'
import { Chromium } from '../fixture/browser.js'
import { LiveEvents } from '../fixture/event-client.js'
import { Folder, pattern } from '../fixture/files.js'
import { nginxArgs } from '../fixture/nginx-config.js'
import { needs } from '../fixture/process.js'
import { ScriptedServer, serve } from '../fixture/scripted-server.js'
import { type ServerProgram, ThirdPartyServer } from '../fixture/third-party-servers.js'
import { tls } from '../fixture/tls.js'

const CONTENT = pattern(1_000_000)
const DIGEST = `sha-256=:${createHash('sha256').update(CONTENT).digest('base64')}:`

/** nginx with its default settings as a proxy for the server on another port. */
const nginxProxy = (originPort: number, protocol: '1.0' | '1.1'): ServerProgram => ({
  name: `nginx with HTTP/${protocol} to the origin`,
  command: 'nginx',
  hasRanges: false,
  args: (port, _files, own) => {
    const server = `
      location / {
        proxy_pass http://127.0.0.1:${originPort};
        proxy_http_version ${protocol};
      }`
    return nginxArgs(port, own, { http: 'access_log off;', server })
  },
})

tap.test('streams through nginx as a proxy', needs('nginx'), async (t) => {
  using folder = new Folder({ f: CONTENT })
  for (const protocol of ['1.0', '1.1'] as const) {
    await t.test(
      `with HTTP/${protocol} to the origin: each event arrives before the next is generated`,
      async (t) => {
        const next = new EventEmitter()
        await using app = await applicationWith({ root: folder.path }, (app) => {
          app.get('/events', (_request, reply) =>
            reply.eventStream(async function* ({ signal }) {
              for (let n = 0; n < 3; n += 1) {
                yield { id: n, data: { n } }
                await once(next, 'go', { signal })
              }
              throw new Error('internal')
            }),
          )
        })
        await using nginx = await ThirdPartyServer.start(nginxProxy(app.port, protocol), '')
        const port = Number(new URL(nginx.url).port)

        using events = new LiveEvents(port, '/events', { Connection: 'close' })
        for (let n = 0; n < 3; n += 1) {
          // The next event is generated only after this one was received: nginx buffers nothing.
          await events.until(({ events }) => events.length === n + 1)
          next.emit('go')
        }
        const { events: all } = await events.closed()
        t.same(
          all.map(({ event }) => event),
          [undefined, undefined, undefined, 'error'],
        )
        t.match(JSON.parse(all[3]?.data ?? ''), { type: 'source_error', offset: 3 })

        using framed = new LiveEvents(port, '/f', { Connection: 'close' })
        const received = await framed.closed()
        const bytes = received.events
          .slice(0, -1)
          .map(({ data }) => Buffer.from(JSON.parse(data).chunk, 'base64'))
        t.ok(Buffer.concat(bytes).equals(CONTENT))
        t.same(JSON.parse(received.events.at(-1)?.data ?? ''), {
          size: CONTENT.length,
          digest: DIGEST,
        })
      },
    )
  }
})

/**
 * Reads a framed file with EventSource in the page, until the server stops it with 204.
 *
 * @param report the name of a function of the page that is called for each error event
 */
function readWithEventSource(page: Page, url: string, report = '') {
  return page.evaluate(readInPage, { url, report })
}

async function readInPage({ url, report }: { url: string; report: string }) {
  const source = new EventSource(url)
  const chunks: Uint8Array<ArrayBuffer>[] = []
  const failures: string[] = []
  let expected = 0
  let gaps = 0
  source.addEventListener('data', ({ data }) => {
    const { offset, chunk } = JSON.parse(data)
    if (offset !== expected) gaps += 1
    const bytes = Uint8Array.from(atob(chunk), (letter) => letter.charCodeAt(0))
    expected = offset + bytes.length
    chunks.push(bytes)
  })
  let end = ''
  source.addEventListener('end', ({ data }) => {
    end = data
  })
  source.addEventListener('error', (event) => {
    const { data } = event as MessageEvent
    if (data === undefined) return
    failures.push(JSON.parse(data).type)
    ;(globalThis as unknown as Record<string, (() => void) | undefined>)[report]?.()
  })
  // EventSource reconnects after every end of the stream, until it receives a 204.
  while (source.readyState !== EventSource.CLOSED) {
    await new Promise((resolve) => source.addEventListener('error', resolve, { once: true }))
  }
  const bytes = await new Blob(chunks).arrayBuffer()
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const digest = `sha-256=:${btoa(String.fromCharCode(...hash))}:`
  return { digest, gaps, failures, end: end && JSON.parse(end) }
}

tap.test('EventSource in Chromium', needs('chromium'), async (t) => {
  using folder = new Folder({ f: CONTENT, 'page.html': '<!doctype html><title>x</title>' })
  const faults = new FaultLayer(1)
  const options = { root: folder.path, faults, streams: { retry: 20, jitter: 0 } }
  await using chromium = await Chromium.start()

  const readAll = async (page: Page, app: Application, origin: string, t: Test) => {
    await page.goto(`${origin}/page.html`)
    await t.test(
      'receives every byte of a file once, through short bodies and a failing source',
      async (t) => {
        for (const at of [1, 250_000, 600_001]) {
          faults.arm({ match: { path: '/f' }, fault: { kind: 'truncate', at }, times: 1 })
        }
        faults.arm({
          match: { path: '/f' },
          fault: { kind: 'source-error', at: 800_000 },
          times: 1,
        })
        const { digest, gaps, failures, end } = await readWithEventSource(page, '/f')
        t.same(end, { size: CONTENT.length, digest: DIGEST })
        t.same({ digest, gaps }, { digest: DIGEST, gaps: 0 })
        t.same(failures, ['source_error'])
        faults.disarm()
      },
    )
    await t.test('receives each event as it was sent, and no injected event', async (t) => {
      const received = await page.evaluate(async () => {
        const source = new EventSource('/hostile')
        const events: string[][] = []
        for (const name of ['message', 'tick']) {
          source.addEventListener(name, ({ data, lastEventId, type }) => {
            events.push([lastEventId, type, data])
          })
        }
        while (source.readyState !== EventSource.CLOSED) {
          await new Promise((resolve) => source.addEventListener('error', resolve, { once: true }))
        }
        return events
      })
      t.same(
        received,
        HOSTILE_DATA.map((data, id) => [`${id}`, 'tick', data.replace(/\r\n?/g, '\n')]),
      )
    })
    t.ok(app.records.every(({ outcome }) => outcome !== 'stalled'))
  }

  await t.test('over HTTP/1.1', async (t) => {
    await using app = await applicationWith(options, addHostileEvents)
    await readAll(chromium.page, app, app.url, t)
  })
  await t.test('over HTTP/2', async (t) => {
    await using app = await serverWith(options, { tls }, addHostileEvents)
    const context = await chromium.page.context().browser()?.newContext({ ignoreHTTPSErrors: true })
    if (context === undefined) throw new Error('the browser has been closed')
    await readAll(await context.newPage(), app, app.url.replace('http:', 'https:'), t)
    await context.close()
  })
})

tap.test(
  'EventSource in Chromium outlives an origin that is away longer than all retries, at its first request and later',
  needs('chromium'),
  async (t) => {
    // `up`: sends the file. `cut`: sends half of it. `down`: closes connections, a 502 of the proxy.
    let state: 'up' | 'cut' | 'down' = 'down'
    const whole = serve(CONTENT, { etag: '"v1"' })
    const half = serve(CONTENT, { etag: '"v1"' }, { cut: CONTENT.length / 2 })
    await using origin = await ScriptedServer.start((request, response) => {
      if (state === 'down') return void request.socket.destroy()
      if (state === 'up') return whole(request, response)
      state = 'down'
      half(request, response)
    })
    const source = upstreamSource({ origin: origin.url, openFor: 0, retryFor: 0 })
    const options = { source, streams: { retry: 20, jitter: 0 } }
    await using app = await applicationWith(options, (instance) => {
      instance.get('/page', (_request, reply) => reply.type('text/html').send('<!doctype html>'))
    })
    await using chromium = await Chromium.start()
    const { page } = chromium
    let failures = 0
    let notify = () => {}
    await page.exposeFunction('onFailure', () => {
      failures += 1
      notify()
    })
    const failuresAfter = async (more: number) => {
      const least = failures + more
      while (failures < least) await new Promise<void>((resolve) => (notify = resolve))
    }
    await page.goto(`${app.url}/page`)
    const reading = readWithEventSource(page, '/f', 'onFailure')
    await failuresAfter(3)
    state = 'cut'
    // One failure of the interrupted body, and those of the reconnects.
    await failuresAfter(4)
    state = 'up'
    const { digest, gaps, end, failures: types } = await reading
    t.same({ digest, gaps }, { digest: DIGEST, gaps: 0 })
    t.match(end, { size: CONTENT.length })
    t.ok(types.length >= 7)
    t.ok(types.every((type) => type === 'source_error'))
    t.ok(app.records.filter(({ outcome }) => outcome === 'source-failed').length >= 7)
  },
)

/** Data that would be a field, an event or an end of the stream if it was not escaped. */
const HOSTILE_DATA = [
  'a\nid: 9',
  'a\r\n\r\nevent: end\ndata: x',
  'a\rdata: b',
  '\n',
  '',
  ' leading',
  '\0nul\0',
  'retry: 1\n\n',
  '\u2028\u2029\u0085\ufeff',
  'é☃😀',
]

function addHostileEvents(app: FastifyInstance): void {
  app.get('/hostile', (_request, reply) =>
    reply.eventStream(HOSTILE_DATA.map((data, id) => ({ id, event: 'tick', data }))),
  )
}
