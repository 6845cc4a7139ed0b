import { toError } from '../errors.js'
import {
  CODED_EXTENSIONS,
  type ContentCoding,
  isCompressible,
  preferredCodings,
} from '../http/content-coding.js'
import { closeOpened, type Opened } from '../source/byte-source.js'
import type { LocalFile } from '../source/local-file.js'
import type { Facts, Representation } from '../source/representation.js'
import { evaluatedFields } from './evaluated-fields.js'
import type { Exchange } from './exchange.js'
import type { FoundRepresentation, ResolvedKey } from './resolve.js'

/** A file on disk, which may have precompressed siblings. */
interface Original extends FoundRepresentation {
  readonly file: LocalFile
}

/**
 * Replaces a file by its sibling in the content coding that Accept-Encoding prefers, if there is one
 * (RFC 9110 §12.5.3). Without a sibling the file itself is sent, even where `identity` is not
 * acceptable: the client can use it better than a 406.
 */
export async function selectPrecompressed(
  exchange: Exchange,
  located: ResolvedKey,
): Promise<ResolvedKey> {
  if (located.kind !== 'representation') return located
  const { requested, reply } = exchange
  const { representation } = located
  const { file, facts } = representation
  const contentType = String(reply.getHeader('content-type') ?? facts.contentType)
  // The handler may have set a Content-Encoding for bytes that it encoded itself.
  if (file === undefined || reply.hasHeader('content-encoding') || !isCompressible(contentType)) {
    return located
  }
  const original = { key: located.key, representation, file }
  const field = evaluatedFields(exchange)['accept-encoding']
  const codings = field ? preferredCodings(String(field), requested.codings) : []
  for (const coding of codings) {
    const coded = await openCoded(exchange, original, coding).catch((error) => {
      representation.close().catch(() => {})
      throw error
    })
    if (coded === undefined) continue
    representation.close().catch(() => {})
    return { kind: 'representation', ...coded }
  }
  return { ...located, coding: 'identity' }
}

/** Opens the sibling in a coding; undefined where it is absent or older than the file. */
async function openCoded(
  { requested, reply, transfer: { signal } }: Exchange,
  original: Original,
  coding: ContentCoding,
): Promise<FoundRepresentation | undefined> {
  const extension = CODED_EXTENSIONS[coding]
  const key = original.key + extension
  const request = { method: 'GET', beside: original.representation } as const
  const opening = requested.served.source.open(key, request, signal)
  const opened = await opening.catch((error): Opened => {
    signal.throwIfAborted()
    // Not an error of the response: the file itself is open and is sent instead.
    reply.log.warn({ key, err: toError(error) }, 'cannot open the precompressed file')
    return { kind: 'absent' }
  })
  if (opened.kind === 'representation') {
    const { representation } = opened
    // With several roots, the sibling may be in another root and belong to another file.
    const isBeside = representation.file?.path === original.file.path + extension
    if (isBeside && isAsNew(representation.facts, original.representation.facts)) {
      const { facts } = original.representation
      const uncoded = { key: original.key, facts }
      return { key, representation: inCoding(representation, coding, original), coding, uncoded }
    }
  }
  await closeOpened(opened)
  return undefined
}

function isAsNew({ lastModified: coded = 0 }: Facts, { lastModified: original = 0 }: Facts) {
  return coded >= original
}

/** The sibling with the original's Content-Type, and with its path for `setHeaders`. */
function inCoding(
  coded: Representation,
  coding: ContentCoding,
  original: Original,
): Representation {
  const { facts, file = original.file } = coded
  const { contentType } = original.representation.facts
  return {
    facts: { ...facts, contentType, fields: { 'content-encoding': coding } },
    file: {
      path: original.file.path,
      descriptor: file.descriptor,
      get stat() {
        return file.stat
      },
    },
    sendable: coded.sendable,
    read: (slice, signal) => coded.read(slice, signal),
    close: () => coded.close(),
  }
}
