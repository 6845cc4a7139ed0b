import { readFile } from 'node:fs/promises'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { DisconnectWatcher } from '../delivery/client-disconnect.js'
import { encodeKey, parseTarget } from '../http/request-target.js'
import { installedFile } from '../native/installed-file.js'
import { reportLoss } from '../native/report-loss.js'
import { PROCESS_LISTINGS } from '../request/listing-gate.js'
import { requestSignal } from '../request/request-signal.js'
import { guardFields } from '../response/guard-fields.js'
import { sendProblem } from '../response/problem-response.js'
import { redirectTo } from '../response/redirect.js'
import { type ByteSource, closeOpened } from '../source/byte-source.js'
import { transferMetrics } from './metrics.js'
import { type Subtitle, subtitlesOf, watchPage } from './watch-page.js'

/** The path prefix of all URLs that are not files. */
export const OWN = '/-'
export const WATCH = `${OWN}/watch`

/** The files that the watch page loads, and their types. */
const ASSETS = [
  ['watch.js', 'text/javascript; charset=utf-8'],
  ['watch.css', 'text/css; charset=utf-8'],
] as const

/** The source of /-/metrics: a prom-client registry, or the sum of several. */
export interface MetricsSource {
  readonly contentType: string
  metrics(): Promise<string>
}

export interface AdminOptions {
  /** The source of the files that the watch page plays. */
  readonly source: ByteSource
  /** Default: the metrics of the application's transfers. */
  readonly metrics?: MetricsSource
}

/** Adds the routes for health, readiness and metrics, and the page that plays a file. */
export async function adminRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  await app.register(async (admin) => {
    admin.addHook('onRequest', async (_request, reply) => guardFields(reply))
    await addRoutes(admin, options)
  })
}

async function addRoutes(
  app: FastifyInstance,
  { source, metrics = transferMetrics(app.transfers) }: AdminOptions,
): Promise<void> {
  app.get(`${OWN}/healthz`, (_request, reply) => plain(reply).send('ok\n'))
  app.get(`${OWN}/readyz`, (_request, reply) => {
    return app.transfers.draining
      ? sendProblem(reply, 503, 'The server is shutting down.')
      : plain(reply).send('ready\n')
  })
  app.get(`${OWN}/metrics`, async (_request, reply) => {
    return reply.type(metrics.contentType).send(await metrics.metrics())
  })

  const disconnects = new DisconnectWatcher()
  await watchAssets(app)
  app.get(`${WATCH}/*`, async (request, reply) => {
    const target = parseTarget(request.raw.url ?? '', 2)
    if (target.kind === 'malformed') return sendProblem(reply, 400, target.reason)
    if (target.kind === 'dotted') return redirectTo(reply, target.location)
    const signal = requestSignal(disconnects, reply)
    try {
      return await watch(reply, source, { key: target.key, signal })
    } catch (error) {
      if (!signal.aborted) throw error
      return reply.hijack()
    }
  })
}

/** The script and the style of the watch page; the page plays without them. */
async function watchAssets(app: FastifyInstance): Promise<void> {
  for (const [name, contentType] of ASSETS) {
    const text = await textOf(name)
    if (text === undefined) return
    app.get(`${OWN}/assets/${name}`, (_request, reply) =>
      reply
        .type(contentType)
        .header('cache-control', 'no-cache')
        .header('x-content-type-options', 'nosniff')
        .send(text),
    )
  }
}

/** The content of an asset; undefined, with a warning of the process, if it can't be read. */
async function textOf(name: string): Promise<string | undefined> {
  const path = `../admin/assets/${name}`
  try {
    const url = installedFile(path)
    if (url === undefined) throw new Error('a bundle has no URL')
    return await readFile(url, 'utf8')
  } catch (error) {
    const effect =
      'the page that plays a file has no style and does not show the state of the player'
    reportLoss({ part: `dist/admin/assets/${name}`, reason: (error as Error).message, effect })
    return undefined
  }
}

/** The file that a page plays, for a client that may leave meanwhile. */
interface WatchedFile {
  readonly key: string
  readonly signal: AbortSignal
}

async function watch(
  reply: FastifyReply,
  source: ByteSource,
  { key, signal }: WatchedFile,
): Promise<FastifyReply> {
  const opened = await source.open(key, { method: 'HEAD' }, signal)
  await closeOpened(opened)
  signal.throwIfAborted()
  if (opened.kind !== 'representation') return sendProblem(reply, 404)
  const { name } = opened.representation.facts

  const subtitles = await findSubtitles(reply, source, { key, name, signal })
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

/** The subtitle files in the folder of a video. Their names are searched in turn with the listings of folders. */
async function findSubtitles(
  { request }: FastifyReply,
  source: ByteSource,
  { key, name, signal }: WatchedFile & { readonly name: string },
): Promise<Subtitle[]> {
  if (source.list === undefined) return []
  const folder = key.slice(0, key.lastIndexOf('/') + 1)
  const isSubtitle = (sibling: string) => subtitlesOf(name, [sibling]).length > 0
  const leave = await PROCESS_LISTINGS.enter(source, request, signal)
  try {
    signal.throwIfAborted()
    const siblings = (await source.list(folder, signal, isSubtitle)) ?? []
    signal.throwIfAborted()
    return siblings.flatMap((sibling) => subtitlesOf(name, [sibling.name]))
  } finally {
    leave()
  }
}

function plain(reply: FastifyReply): FastifyReply {
  return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store')
}
