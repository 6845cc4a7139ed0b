import { browserHash } from './platform/browser-hash.js'
import { fetchTransport } from './platform/fetch-transport.js'
import type { Platform } from './platform/platform.js'
import { type OpenStream, resumableStreamOn } from './resumable-stream.js'
import { type ReadEventStream, readEventStreamOn } from './stream/read-event-stream.js'
import { type ReadFrames, readFramesOn } from './stream/read-frames.js'

export * from './exports.js'

const PLATFORM: Platform = {
  openTransport: (insecure) => ({ send: fetchTransport(fetch, insecure), close() {} }),
  createHash: browserHash,
}

/**
 * Opens a stream of a URL's bytes that resumes at the first missing byte, of the same version only, by
 * fetch. See `OpenStream` for its errors, `StreamOptions` for its options.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { readFile } from 'node:fs/promises'
 * import Fastify from 'fastify'
 * import lastbyte from 'lastbyte'
 * import { resumableStream } from 'lastbyte/client'
 *
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media' })
 * const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/clip.mp4`
 * const { body } = await resumableStream(url)
 * const bytes = Buffer.from(await new Response(body).arrayBuffer())
 * assert.ok(bytes.equals(await readFile('media/clip.mp4')))
 * await app.close()
 * ```
 */
export const resumableStream: OpenStream = resumableStreamOn(PLATFORM)

/**
 * Reads the events of a URL (HTML Living Standard §9.2), each once, by fetch: a stream that breaks off
 * continues with Last-Event-ID. See `ReadEventStream` for its errors.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { once } from 'node:events'
 * import { createServer } from 'node:http'
 * import { readEventStream } from 'lastbyte/client'
 *
 * const server = createServer(({ headers }, response) => {
 *   if (headers['last-event-id'] === '2') return response.writeHead(204).end()
 *   response.writeHead(200, { 'content-type': 'text/event-stream' })
 *   response.end('id: 1\ndata: one\n\nid: 2\ndata: two\nretry: 1\n\n')
 * }).listen(0, '127.0.0.1')
 * await once(server, 'listening')
 * const { port } = server.address() as { port: number }
 * const received: string[] = []
 * for await (const { data } of readEventStream(`http://127.0.0.1:${port}/`)) received.push(data)
 * assert.deepEqual(received, ['one', 'two'])
 * server.close()
 * ```
 */
export const readEventStream: ReadEventStream = readEventStreamOn(PLATFORM)

/**
 * Reads the frames of a URL, each once, in order, and checks size and digest at the end, by fetch. See
 * `ReadFrames` for its errors.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { stat } from 'node:fs/promises'
 * import Fastify from 'fastify'
 * import lastbyte from 'lastbyte'
 * import { readFrames } from 'lastbyte/client'
 *
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media' })
 * const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/clip.vtt`
 * let size = 0
 * for await (const frame of readFrames(url)) if ('bytes' in frame) size += frame.bytes.length
 * assert.equal(size, (await stat('media/clip.vtt')).size)
 * await app.close()
 * ```
 */
export const readFrames: ReadFrames = readFramesOn(PLATFORM)
