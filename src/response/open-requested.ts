import { withoutFault } from '../fault/fault-header.js'
import { describedQuery } from '../http/metalink-query.js'
import { splitTarget } from '../http/request-target.js'
import type { Exchange } from '../request/exchange.js'
import { selectPrecompressed } from '../request/precompressed.js'
import { requestSignal } from '../request/request-signal.js'
import { type ResolvedKey, resolveKey } from '../request/resolve.js'
import { sourceRequestForFile, sourceRequestForFrames } from '../request/source-request.js'
import type { OpenRequest } from '../source/byte-source.js'
import { isAllowed } from './is-allowed.js'
import { chooseFrames, type FramesRequest } from './prepare-frames.js'
import { resolveArchive } from './resolve-archive.js'

/**
 * Opens the source. Rejects when the client disconnects; a representation opened after that is closed.
 */
export async function openRequested(
  exchange: Exchange,
  frames: FramesRequest | undefined,
  wanted: 'file' | 'metalink' = 'file',
): Promise<ResolvedKey> {
  const { context, requested, reply, transfer } = exchange
  if (typeof requested.archive === 'object') return resolveArchive(exchange, requested.archive)
  const request = requestOf(exchange, frames, wanted)
  const { key, served } = requested
  // A document describes the file itself.
  const codings = wanted === 'metalink' ? [] : requested.codings
  const { redirect, list } = context.settings
  const enterListing = () => {
    const ended = requestSignal(context.disconnects, reply)
    return context.listings.enter(served.source, reply.request, ended)
  }
  const rules = { ...requested.settings, redirect, list, enterListing }
  const resolving = resolveKey(served.source, key, rules, request, transfer.signal).then((found) =>
    refuseFound(exchange, found),
  )
  const opening =
    codings.length === 0
      ? resolving
      : resolving.then((found) =>
          prefersFrames(frames, found) ? found : selectPrecompressed(exchange, found),
        )
  try {
    return await transfer.until(opening)
  } catch (error) {
    opening.then(closeResolved).catch(() => {})
    throw error
  }
}

/** The request to the source. For a document, it is that of the file, and for the whole of it. */
function requestOf(
  exchange: Exchange,
  frames: FramesRequest | undefined,
  wanted: 'file' | 'metalink',
): OpenRequest {
  if (wanted === 'metalink') {
    const { settings, syntax } = exchange.context
    const query = describedQuery(splitTarget(exchange.reply.request.raw.url ?? '', syntax).query)
    const request = sourceRequestForFrames(exchange, query)
    return { ...request, query: settings.faults === undefined ? query : withoutFault(query) }
  }
  if (frames === undefined) return sourceRequestForFile(exchange)
  return sourceRequestForFrames(exchange, frames.query.rest)
}

/** The found file, unless `allowedPath` refuses its path, which has an index or an extension added. */
async function refuseFound(
  { context, requested, reply }: Exchange,
  found: ResolvedKey,
): Promise<ResolvedKey> {
  if (found.kind !== 'representation' || found.key === requested.key) return found
  const { key, representation } = found
  const { roots } = context.settings
  const root = roots.find((each) => representation.file?.path === `${each}/${key}`)
  let isRefused = true
  try {
    isRefused = !isAllowed(context.settings, { key, root: root ?? requested.root }, reply)
  } finally {
    if (isRefused) await representation.close()
  }
  return isRefused ? { kind: 'absent' } : found
}

function prefersFrames(frames: FramesRequest | undefined, resolved: ResolvedKey): boolean {
  if (frames === undefined || resolved.kind !== 'representation') return false
  return chooseFrames(frames, resolved.representation.facts) !== undefined
}

/** Closes what is not used. */
export async function closeResolved(resolved: ResolvedKey): Promise<void> {
  if (resolved.kind === 'representation') await resolved.representation.close()
  if (resolved.kind === 'answered') await resolved.answer.close()
  if (resolved.kind === 'listing') resolved.leave?.()
}
