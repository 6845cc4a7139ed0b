// Serves the page, the workers and a film, and keeps the entries that the raw worker posts.
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'

const RAW_WORKER = readFileSync(fileURLToPath(new URL('raw-worker.js', import.meta.url)))
const PAGE =
  '<!doctype html><meta charset="utf-8"><title>measurement</title><video muted controls></video>'

export async function startSite(film, extra = {}) {
  const entries = []
  const started = Date.now()
  /** Changes the bytes of the worker script, so that a browser installs it anew. */
  let version = 1
  const server = createServer((request, response) => {
    const path = request.url.replace(/\?.*/, '')
    response.setHeader('cache-control', 'no-store')
    if (path === '/log') {
      let text = ''
      request.on('data', (chunk) => {
        text += chunk
      })
      request.on('end', () => {
        entries.push({ ms: Date.now() - started, ...JSON.parse(text) })
        response.end()
      })
      return
    }
    if (path === '/raw-worker.js') {
      return response
        .writeHead(200, { 'content-type': 'text/javascript' })
        .end(`${RAW_WORKER}\n// ${version}\n`)
    }
    if (extra[path] !== undefined) {
      return response.writeHead(200, { 'content-type': 'text/javascript' }).end(extra[path])
    }
    if (path === '/film.mp4') return sendFilm(film, request, response)
    if (path === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE)
    response.writeHead(404).end()
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    entries,
    newVersion: () => {
      version += 1
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function sendFilm(film, { method, headers }, response) {
  const { size } = statSync(film)
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
  const start = Number(first ?? 0)
  const end = last ? Math.min(Number(last) + 1, size) : size
  const range = first === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` }
  response.writeHead(first === undefined ? 200 : 206, {
    'content-type': 'video/mp4',
    'content-length': end - start,
    'accept-ranges': 'bytes',
    etag: '"film"',
    ...range,
  })
  if (method === 'HEAD') return response.end()
  createReadStream(film, { start, end: end - 1 }).pipe(response)
}
