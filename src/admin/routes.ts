import { fileURLToPath } from 'node:url'
import assets from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { encodeKey, parseTarget } from '../http/request-target.js'
import { sendProblem } from '../response/problem-response.js'
import { type ByteSource, closeOpened } from '../source/byte-source.js'
import { transferMetrics } from './metrics.js'
import { subtitlesOf, watchPage } from './watch-page.js'

/** The path under which everything of our own stands. */
export const OWN = '/-'
export const WATCH = `${OWN}/watch`

const NEVER = new AbortController().signal

/** What /-/metrics answers: a registry, or what stands for several. */
export interface Scraped {
  readonly contentType: string
  metrics(): Promise<string>
}

export interface AdminOptions {
  /** Where the watched files come from. */
  readonly source: ByteSource
  /** Default: the counters of the application's transfers. */
  readonly metrics?: Scraped
}

/** Health, readiness, metrics, and a page that plays a file. */
export async function adminRoutes(
  app: FastifyInstance,
  { source, metrics = transferMetrics(app.transfers) }: AdminOptions,
): Promise<void> {
  const book = app.transfers

  app.get(`${OWN}/healthz`, (_request, reply) => plain(reply).send('ok\n'))
  app.get(`${OWN}/readyz`, (_request, reply) => {
    return book.draining
      ? sendProblem(reply, 503, 'The server stops.')
      : plain(reply).send('ready\n')
  })
  app.get(`${OWN}/metrics`, async (_request, reply) => {
    return reply.type(metrics.contentType).send(await metrics.metrics())
  })

  const root = fileURLToPath(new URL('./assets/', import.meta.url))
  const prefix = `${OWN}/assets/`
  await app.register(assets, { root, prefix, decorateReply: false, index: false })
  app.get(`${WATCH}/*`, async (request, reply) => {
    const target = parseTarget(request.raw.url ?? '', 2)
    if (target.kind === 'malformed') return sendProblem(reply, 400, target.reason)
    return watch(reply, source, target.key)
  })
}

async function watch(reply: FastifyReply, source: ByteSource, key: string): Promise<FastifyReply> {
  const opened = await source.open(key, { method: 'HEAD' }, NEVER)
  await closeOpened(opened)
  if (opened.kind !== 'representation') return sendProblem(reply, 404)
  const { name } = opened.representation.facts

  const siblings = (await source.list?.(key.slice(0, key.lastIndexOf('/') + 1), NEVER)) ?? []
  const subtitles = subtitlesOf(
    name,
    siblings.map((entry) => entry.name),
  )
  return reply
    .type('text/html; charset=utf-8')
    .header(
      'content-security-policy',
      "default-src 'none'; media-src 'self'; script-src 'self'; style-src 'self'",
    )
    .header('cache-control', 'no-cache')
    .header('x-content-type-options', 'nosniff')
    .send(watchPage(name, `/${encodeKey(key)}`, subtitles, `${OWN}/assets/`))
}

function plain(reply: FastifyReply): FastifyReply {
  return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store')
}
