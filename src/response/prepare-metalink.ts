import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { attachment } from '../http/content-disposition.js'
import { parseEntityTag, parseTagList, strongMatch } from '../http/entity-tag.js'
import { formatMetalink, METALINK_TYPE, pieceLength } from '../http/metalink-document.js'
import { mirrorUrls } from '../http/metalink-links.js'
import { describedQuery, isMetalinkQuery, signatureOnly } from '../http/metalink-query.js'
import { isHost } from '../http/request-host.js'
import { splitTarget } from '../http/request-target.js'
import type { RegistrationContext } from '../request/context.js'
import type { Exchange, RequestedFile } from '../request/exchange.js'
import { forwardedPrefix } from '../request/forwarded-prefix.js'
import type { FoundRepresentation } from '../request/resolve.js'
import type { Settings } from '../settings/settings.js'
import { pieceHash } from '../source/digest/running-hash.js'
import type { Facts, Representation } from '../source/representation.js'
import { prepareRepresentation } from './prepare-representation.js'
import type { PreparedResponse } from './prepared-response.js'
import { VersionDigests, versionOf } from './version-digests.js'

/** Whether a request is for the Metalink document of the file that its URL names. */
export function isForMetalink(
  { settings, syntax }: RegistrationContext<Settings>,
  { metalink }: RequestedFile,
  reply: FastifyReply,
): boolean {
  // An error page is sent as it is.
  if (settings.metalink === undefined || metalink !== 'by-query') return false
  if (reply.statusCode >= 400) return false
  return isMetalinkQuery(splitTarget(reply.request.raw.url ?? '', syntax).query)
}

/**
 * Prepares the response with the Metalink document (RFC 5854) of a file, in place of the file. It is a representation
 * like any other. Closes the opened file.
 */
export async function prepareMetalink(
  exchange: Exchange,
  { key, representation }: FoundRepresentation,
): Promise<PreparedResponse> {
  const { requested, reply } = exchange
  const { facts } = representation
  // The digests are computed from handles of their own.
  representation.close().catch(() => {})
  const described = await describe(exchange, key, facts)
  permitDescription(reply, facts.etag, described.facts.etag)
  const disposition = attachment(described.facts.name)
  const { metalink: _file, ...own } = { ...requested, disposition }
  return prepareRepresentation({ ...exchange, requested: own }, { key, representation: described })
}

async function describe(exchange: Exchange, key: string, facts: Facts): Promise<Representation> {
  const { context, transfer } = exchange
  const { digest: mode, digestMaximum } = context.settings
  const { name, size, etag, chain } = facts
  transfer.waitFor('server')
  const isGrowing = chain?.state === 'growing'
  const isDigested = mode !== 'off' && etag !== undefined && !isGrowing
  const known = isDigested ? await digestsOf(exchange, key, facts) : {}
  transfer.waitFor('source')
  const urls = urlsOf(exchange, key)
  const { digest, pieces } = known
  const bytes = Buffer.from(formatMetalink({ name, size, digest, pieces, urls }))
  // A later response may have the digests that are computed meanwhile.
  const isFinal = digest !== undefined || !isDigested || size > digestMaximum
  return new Description(`${name}.meta4`, bytes, isFinal && !isGrowing ? {} : NO_STORE)
}

const NO_STORE = { 'cache-control': 'no-store' }

/** The digests of a file, computed now if a response waits for those of a file of its size. */
async function digestsOf(
  { context: { settings }, requested, transfer }: Exchange,
  key: string,
  facts: Facts,
): Promise<{ digest?: Uint8Array | undefined; pieces?: Uint8Array | undefined }> {
  const version = versionOf(key, facts, facts.etag as string)
  const digests = new VersionDigests(version, requested.served.digests, transfer)
  const length = pieceLength(facts.size)
  const [digest, pieces] = await Promise.all([
    digests.of(digests.whole, 'sha-256', settings),
    length === undefined ? undefined : digests.of(digests.whole, pieceHash(length), settings),
  ])
  transfer.signal.throwIfAborted()
  // A client verifies the pieces alone where it has them.
  return { digest, pieces }
}

/** The URL of the request, without what requests the document; then those on the mirrors. */
function urlsOf({ context, reply }: Exchange, key: string): string[] {
  const { request } = reply
  const { path, query } = splitTarget(request.raw.url ?? '', context.syntax)
  const bases = context.settings.metalink?.mirrors ?? []
  const mirrors = mirrorUrls(bases, key, signatureOnly(query))
  const { host, protocol } = request
  // A request of HTTP/1.0 may name no host, and a trusted proxy an invalid one.
  if (host === undefined || !isHost(host)) return mirrors
  return [
    `${protocol}://${host}${forwardedPrefix(request)}${path}${describedQuery(query)}`,
    ...mirrors,
  ]
}

/** A link for one version of the file permits the description of that version. */
function permitDescription(
  { request: { raw } }: FastifyReply,
  file: string | undefined,
  description: string | undefined,
): void {
  const field = raw.headers['if-match']
  const list = field === undefined ? undefined : parseTagList(field)
  if (list?.kind !== 'tags') return
  const isPermitted = list.tags.some((tag) => strongMatch(tag, parseEntityTag(file)))
  if (isPermitted) raw.headers['if-match'] = `${field}, ${description}`
}

/** A document in memory. */
class Description implements Representation {
  readonly handle = 'none'
  readonly facts: Facts

  constructor(
    name: string,
    private readonly bytes: Buffer,
    fields: Record<string, string>,
  ) {
    const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
    this.facts = {
      name,
      contentType: METALINK_TYPE,
      size: bytes.length,
      etag: `"${hash}"`,
      // Its entity tag tells it from other documents of the same file.
      query: '?metalink',
      fields,
    }
  }

  async *read({ start, end }: { start: number; end: number }): AsyncGenerator<Uint8Array> {
    yield this.bytes.subarray(start, end)
  }

  async close(): Promise<void> {}
}
