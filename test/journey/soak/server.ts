// The server of the soak, in a process of its own: one application over HTTP/1.1 and one over TLS with
// HTTP/2, whose routes misbehave as applications do. Listens on two free ports, and tells them and its
// use of resources to its parent.
import { readdirSync, readlinkSync } from 'node:fs'
import type { ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { FaultLayer } from '../../../src/fault/fault-layer.js'
import lastbyte from '../../../src/plugin/plugin.js'
import { createServer } from '../../../src/server/create-server.js'
import { tls } from '../../fixture/tls.js'
import { hostileByteSource, hostileProducer, THROWN } from './hostile-values.js'

const [root = '', seed = '1'] = process.argv.slice(2)

const logger = pino({ level: process.env.LOG_LEVEL ?? 'silent' }, pino.destination(2))

/** Short times, so that what a hostile client leaves behind is gone when the soak looks for it. */
const TIMES = { stallTimeout: 2_000, sourceTimeout: 1_000, shutdownGrace: 100 }

/**
 * ms until an idle HTTP/2 session is closed, in place of Fastify's 72 s. node:http2 stops reading after some
 * malformed frames, and so notices no disconnect.
 */
const SESSION_TIMEOUT = 2_000

async function listen(secure: { tls?: typeof tls }): Promise<FastifyInstance> {
  const faults = new FaultLayer(Number(seed))
  const files = { root, list: true, preCompressed: true, faults, ...TIMES }
  const app = await createServer({ files, logger, ...secure })
  app.get('/own/events/:n', (request, reply) => reply.eventStream(hostileProducer(nOf(request))))
  app.get('/own/rows/:n', (request, reply) => reply.ndjson(hostileProducer(nOf(request))))
  app.get('/own/file/:n', (request, reply) => reply.sendFile(`../${nOf(request)}\0`))
  app.get('/own/reauthorized/:n', (request, reply) => {
    const reauthorize = () => {
      throw THROWN[nOf(request) % THROWN.length]?.()
    }
    return reply.eventStream(() => [], { reauthorize, reauthorizeInterval: 1 })
  })
  await app.register(lastbyte, { ...TIMES, source: hostileByteSource, prefix: '/own/bytes/' })
  await app.register(lastbyte, {
    ...TIMES,
    root,
    prefix: '/own/edited/',
    setHeaders() {
      throw pick()
    },
  })
  await app.register(lastbyte, {
    ...TIMES,
    root,
    prefix: '/own/judged/',
    allowedPath() {
      throw pick()
    },
  })
  app.transfers.observe((record) => {
    if (record.path.startsWith('/own/')) throw pick()
  })
  app.server.on('session', (session: ServerHttp2Session) => {
    session.setTimeout(SESSION_TIMEOUT, () => session.close())
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return app
}

let picked = 0
/** Each value of THROWN in turn. */
function pick(): unknown {
  picked += 1
  return THROWN[picked % THROWN.length]?.()
}

/** What the process has open, such as `socket`, sorted. The listing's own descriptor is closed again. */
function descriptors(): string[] {
  const names = readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`).replace(/:\[\d+\]$/, '')]
    } catch {
      return []
    }
  })
  return names.sort()
}

function nOf({ params }: { readonly params: unknown }): number {
  return Number.parseInt((params as { n: string }).n, 10) || 0
}

// The warning of an observer that throws, of which there are thousands.
process.removeAllListeners('warning')

const apps = [await listen({}), await listen({ tls })]

process.on('message', () => {
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  process.send?.({
    running: apps.reduce((sum, app) => sum + app.transfers.running.size, 0),
    descriptors: descriptors(),
    memory: heapUsed + external,
    rss,
  })
})
process.send?.({ ports: apps.map((app) => (app.server.address() as AddressInfo).port) })
