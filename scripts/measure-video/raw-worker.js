// A service worker without retries, to measure what a browser does with responses that are made by script.
// The search part of the media URL says how it responds; it reports what happens by /log.
const boot = Math.random().toString(36).slice(2, 8)
const log = (entry) =>
  fetch('/log', { method: 'POST', body: JSON.stringify({ boot, ...entry }) }).catch(() => {})
let requests = 0

addEventListener('install', () => {
  if (new URL(location.href).searchParams.has('skip')) skipWaiting()
})
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('message', (event) => {
  if (event.data === 'claim') event.waitUntil(clients.claim())
})
addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (!url.searchParams.has('made')) return
  requests += 1
  event.respondWith(respond(event, url, requests))
})

async function respond(event, url, id) {
  const { request } = event
  const { searchParams: how } = url
  const range = request.headers.get('range')
  log({
    kind: 'request',
    id,
    range,
    ifRange: request.headers.get('if-range'),
    hash: url.hash,
    destination: request.destination,
    mode: request.mode,
    credentials: request.credentials,
    client: event.clientId !== '',
  })
  request.signal.addEventListener('abort', () => log({ kind: 'signal aborted', id }))
  const only = how.get('only')
  if (only !== null && id > 1) return new Response(null, { status: Number(only) })
  if (how.has('through')) return fetch(request)
  if (how.has('pending')) {
    if (how.has('hold')) event.waitUntil(new Promise(() => {}))
    return new Promise(() => {})
  }
  const bare = url.href.replace(/[?#].*/, '')
  const head = await fetch(bare, { method: 'HEAD' })
  const size = Number(head.headers.get('content-length'))
  const [, first = '0', last = ''] = /bytes=(\d+)-(\d*)/.exec(range ?? '') ?? []
  const start = Number(first)
  let end = last === '' ? size : Math.min(Number(last) + 1, size)
  if (how.has('short')) end = Math.min(end, start + Number(how.get('short')))
  const stopAt = how.has('stop') ? Number(how.get('stop')) : Number.POSITIVE_INFINITY
  let at = start
  let settle = () => {}
  if (how.has('hold'))
    event.waitUntil(
      new Promise((resolve) => {
        settle = resolve
      }),
    )
  let upstream
  const body = new ReadableStream(
    {
      async pull(controller) {
        if (at >= stopAt && id === 1) {
          if (how.has('error')) {
            log({ kind: 'errored', id, at })
            return controller.error(new TypeError('broken'))
          }
          log({ kind: 'stopped', id, at })
          // Shows for how long the worker lives on: each beat is a line of the log.
          const timer = setInterval(() => log({ kind: 'beat', id }), 10_000)
          await new Promise((resolve) => {
            settle = resolve
          })
          clearInterval(timer)
          return
        }
        upstream ??= (
          await fetch(bare, { headers: { range: `bytes=${at}-${end - 1}` } })
        ).body.getReader()
        const { done, value } = await upstream.read()
        if (done) {
          log({ kind: 'complete', id, at })
          settle()
          return controller.close()
        }
        at += value.length
        controller.enqueue(value)
      },
      cancel() {
        log({ kind: 'cancelled', id, at })
        upstream?.cancel().catch(() => {})
        settle()
      },
    },
    { highWaterMark: 0 },
  )
  setTimeout(() => log({ kind: 'position', id, at }), 4_000)
  const headers = { 'content-type': 'video/mp4', 'accept-ranges': 'bytes', etag: '"made"' }
  if (!how.has('unsized')) headers['content-length'] = String(end - start)
  if (how.has('nostore')) headers['cache-control'] = 'no-store'
  if (range === null || how.has('whole')) return new Response(body, { headers })
  headers['content-range'] = `bytes ${start}-${end - 1}/${size}`
  return new Response(body, { status: 206, headers })
}
