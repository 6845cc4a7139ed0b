import type { Exchange } from './exchange.js'
import {
  CODED_EXTENSIONS,
  type ContentCoding,
  mayBeCoded,
  preferredCodings,
} from './http/content-coding.js'
import type { Located } from './locate.js'
import type { Found } from './represent.js'
import {
  closeOpened,
  type LocalFile,
  type Opened,
  type Representation,
} from './source/byte-source.js'

/** A file of a folder, beside which others may stand that hold it in a content coding. */
interface Original {
  readonly contentType: string
  readonly lastModified: number | undefined
  readonly file: LocalFile
}

/**
 * Puts the file in the place of what was located that holds it in the coding that the request
 * prefers, if one stands beside it (RFC 9110 §12.5.3). Where none does it stays as it is: that
 * `identity` is not acceptable is no reason to give nothing.
 */
export async function selectCoding(exchange: Exchange, located: Located): Promise<Located> {
  if (located.kind !== 'representation') return located
  const { asked, reply } = exchange
  const { representation } = located
  const { file, facts } = representation
  const contentType = String(reply.getHeader('content-type') ?? facts.contentType)
  // A coding that the handler has set is its own business.
  if (file === undefined || reply.hasHeader('content-encoding') || !mayBeCoded(contentType)) {
    return located
  }
  const original = { contentType: facts.contentType, lastModified: facts.lastModified, file }
  const field = reply.request.headers['accept-encoding']
  const codings = field ? preferredCodings(String(field), asked.codings) : []
  for (const coding of codings) {
    const coded = await openCoded(exchange, located.key, original, coding).catch((error) => {
      representation.close().catch(() => {})
      throw error
    })
    if (coded === undefined) continue
    representation.close().catch(() => {})
    return { kind: 'representation', ...coded }
  }
  return { ...located, coding: 'identity' }
}

/** The file in a coding, or undefined where none stands beside it that is as new. */
async function openCoded(
  { asked, reply, transfer: { signal } }: Exchange,
  originalKey: string,
  { contentType, lastModified = Number.POSITIVE_INFINITY, file }: Original,
  coding: ContentCoding,
): Promise<Found | undefined> {
  const extension = CODED_EXTENSIONS[coding]
  const key = originalKey + extension
  const opening = asked.stock.source.open(key, { method: 'GET' }, signal)
  const opened = await opening.catch((error): Opened => {
    signal.throwIfAborted()
    // The original is open and as good.
    reply.log.warn({ key, err: error }, 'cannot open what is precompressed')
    return { kind: 'absent' }
  })
  if (opened.kind === 'representation') {
    const { representation } = opened
    // Of several folders another may have a file of that name, which was made from another original.
    const isBeside = representation.file?.path === file.path + extension
    const { lastModified: codedAt = 0 } = representation.facts
    if (isBeside && codedAt >= lastModified) {
      return { key, representation: inCoding(representation, coding, contentType, file), coding }
    }
  }
  await closeOpened(opened)
  return undefined
}

/** What a coded file holds is the original in that coding, and is told to hooks by its name. */
function inCoding(
  coded: Representation,
  coding: ContentCoding,
  contentType: string,
  original: LocalFile,
): Representation {
  const { facts, file = original } = coded
  return {
    facts: { ...facts, contentType, fields: { 'content-encoding': coding } },
    file: {
      path: original.path,
      descriptor: file.descriptor,
      get stat() {
        return file.stat
      },
    },
    read: (slice, signal) => coded.read(slice, signal),
    close: () => coded.close(),
  }
}
