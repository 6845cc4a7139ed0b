import type { FastifyReply } from 'fastify'
import { openArchive } from '../archive/open-archive.js'
import { splitTarget } from '../http/request-target.js'
import { StatusError } from '../http/status-error.js'
import { archiveNameOf, parseZipQuery } from '../http/zip-query.js'
import type { RegistrationContext } from '../request/context.js'
import type { ArchiveCall, Exchange, RequestedFile } from '../request/exchange.js'
import { requestSignal } from '../request/request-signal.js'
import type { ResolvedKey } from '../request/resolve.js'
import type { Settings } from '../settings/settings.js'
import { askerOf } from './asker.js'

/**
 * The archive that a request is for: that of `reply.zip`, or the one that the query of a folder names. undefined for
 * another request.
 *
 * @throws StatusError BAD_REQUEST for a query with a path that leads out of the folder
 */
export function archiveCall(
  { settings, syntax }: RegistrationContext<Settings>,
  { key, archive, served }: RequestedFile,
  reply: FastifyReply,
): ArchiveCall | undefined {
  if (archive !== 'by-query') return archive
  const isFolder = key === '' || key.endsWith('/')
  // A source without listings may have archives of its own: another server does.
  if (settings.zip === undefined || !isFolder || served.source.list === undefined) return undefined
  // An error page is sent as it is.
  if (reply.statusCode >= 400) return undefined
  const query = parseZipQuery(splitTarget(reply.request.raw.url ?? '', syntax).query)
  if (query?.kind === 'malformed') throw new StatusError('BAD_REQUEST', 400, query.reason)
  if (query === undefined) return undefined
  const paths = query.paths.length === 0 ? [''] : query.paths
  return {
    name: archiveNameOf(key),
    selections: paths.map((path) => ({ key: key + path, name: path })),
  }
}

/** Opens an archive. @throws as `openArchive`; LastbyteError SOURCE_BUSY where too many folders are being read */
export async function resolveArchive(exchange: Exchange, call: ArchiveCall): Promise<ResolvedKey> {
  const { context, requested, reply, transfer } = exchange
  const { served, key, allows = () => true } = requested
  const { source, digests } = served
  const { maxFiles, maxBytes } = context.settings.zip ?? NO_LIMITS
  transfer.waitFor('server')
  const ended = requestSignal(context.disconnects, reply)
  const leave = await context.listings.enter(source, reply.request, ended)
  try {
    const opened = await openArchive({
      ...call,
      collecting: {
        source,
        signal: transfer.signal,
        isPermitted: allows,
        slices: context.listings.slices(transfer.signal),
        maxMembers: maxFiles,
        maxBytes,
      },
      digests,
      asker: askerOf(transfer),
      async duringWork(work) {
        transfer.waitFor('server')
        return work.finally(() => transfer.waitFor('source'))
      },
    })
    if (opened.kind !== 'representation') return opened
    return { ...opened, key }
  } finally {
    leave()
  }
}

/** Those of `reply.zip` in a registration without the option. */
const NO_LIMITS = { maxFiles: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER }
