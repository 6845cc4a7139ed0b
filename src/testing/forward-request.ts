import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Dispatcher } from 'undici'
import { LastbyteError } from '../errors.js'
import type { BodyPiece } from '../fault/body-offset.js'
import type { Announcement, Chunks, Fields, Version } from '../fault/fault.js'
import { FAULT_FIELD, withoutFault } from '../fault/fault-header.js'
import type { Slice } from '../http/byte-range.js'
import { parseContentRange } from '../http/content-range.js'
import { endToEnd } from '../http/forwarding.js'
import { formatHttpDate, parseHttpDate } from '../http/http-date.js'
import { splitTarget } from '../http/request-target.js'
import { beginTransfer } from '../request/begin-transfer.js'
import type { RegistrationContext } from '../request/context.js'
import type { Delivery } from '../request/exchange.js'
import { createFaultInjector } from '../request/fault-injector.js'
import { earlyResponse } from '../response/early-response.js'
import { type HeaderFields, mergeFields } from '../response/header-fields.js'
import type { PreparedResponse } from '../response/prepared-response.js'
import { problemResponse } from '../response/problem-response.js'
import { responseForError, sendResponse } from '../response/send-response.js'

/** The server behind, and the connections to it. */
export interface Origin {
  readonly agent: Dispatcher
  readonly url: URL
}

type Answer = Dispatcher.ResponseData

const DIGESTS = ['repr-digest', 'content-digest', 'digest', 'content-md5']

/** Passes a request on, and its answer back, with the faults that it gets. Never rejects. */
export async function forwardRequest(
  context: RegistrationContext,
  origin: Origin,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const scope = beginTransfer(context, reply)
  const { transfer } = scope
  let delivery: Delivery = { ...scope, faults: undefined }
  let response: PreparedResponse
  try {
    delivery = { ...scope, faults: createFaultInjector(scope) }
    const early = await earlyResponse(reply, delivery.faults, undefined)
    if (early === undefined) {
      transfer.waitFor('source')
      const answer = await transfer.until(ask(delivery, origin))
      response = give(delivery, answer)
    } else response = early
  } catch (error) {
    response = responseForError(delivery, error)
    const isForeign = response.kind === 'problem' && !(error instanceof LastbyteError)
    if (isForeign) {
      const detail = 'The origin could not be reached, or its answer is no HTTP.'
      response = problemResponse(reply, { status: 502, detail })
    }
  }
  return sendResponse(delivery, response)
}

function ask({ reply, transfer, faults }: Delivery, { agent, url }: Origin): Promise<Answer> {
  const { method, headers, raw } = reply.request
  const { path, query } = splitTarget(raw.url ?? '/')
  const hasBody = headers['content-length'] !== undefined || 'transfer-encoding' in headers
  const asked: Fields = faults?.session.fields(headers) ?? headers
  return agent.request({
    origin: url.origin,
    path: url.pathname.replace(/\/$/, '') + path + withoutFault(query),
    method: method as Dispatcher.HttpMethod,
    headers: endToEnd(asked, ['host', FAULT_FIELD, 'expect']),
    body: hasBody ? raw : null,
    signal: transfer.signal,
  })
}

function give(delivery: Delivery, answer: Answer): PreparedResponse {
  const { reply, transfer, faults } = delivery
  const { statusCode, headers, body } = answer
  // Whoever reads meets an error at its turn; after that, or before, it is nobody's.
  body.on('error', () => {})
  const seen = seenVersion(delivery, answer)
  const fields: HeaderFields = {
    ...mergeFields({}, reply.getHeaders()),
    ...endToEnd(headers, ['content-length', 'content-range']),
  }
  if (seen.etag !== undefined) fields.etag = seen.etag
  const modified = seen.lastModified === undefined ? undefined : formatHttpDate(seen.lastModified)
  if (modified !== undefined) fields['last-modified'] = modified
  if (seen.digests === 'withheld') for (const name of DIGESTS) delete fields[name]

  const length = lengthOf(headers)
  const contentRange = headers['content-range']?.toString()
  const bodiless = reply.request.method === 'HEAD' || statusCode === 204 || statusCode === 304
  const plain: Announcement = {
    length,
    framing: length === undefined ? 'unknown' : 'length',
    contentRange,
  }
  if (bodiless) {
    body.resume()
    return { kind: 'complete', status: statusCode, fields: announced(fields, plain) }
  }
  const slice = sliceOf(statusCode, contentRange, length)
  const isMultipart = /^multipart\/byteranges/i.test(String(headers['content-type']))
  // Of an answer in parts, where they stand in the file is not known before they come.
  const pieces: BodyPiece[] = isMultipart
    ? [{ kind: 'literal', bytes: { length: slice.end } }]
    : [{ kind: 'slice', slice }]
  const announcement = faults?.session.announce(pieces, plain) ?? plain
  faults?.frame(announcement.framing)
  const rest = seen.read(slice, transfer.signal)[Symbol.asyncIterator]()
  const plainBody = { length, first: undefined, rest }
  return {
    kind: 'body',
    status: statusCode,
    fields: announced(fields, announcement),
    body: faults?.body(pieces, plainBody, announcement.length) ?? plainBody,
    release: async () => {
      body.destroy()
    },
  }
}

function announced(
  fields: HeaderFields,
  { length, framing, contentRange }: Announcement,
): HeaderFields {
  const all = { ...fields }
  if (framing === 'length') all['content-length'] = String(length)
  if (contentRange !== undefined) all['content-range'] = contentRange
  return all
}

/** The version that the origin has answered with, or what a fault makes of it. */
function seenVersion({ faults }: Delivery, { headers, body }: Answer): Version {
  const version: Version = {
    etag: headers.etag?.toString(),
    lastModified: parseHttpDate(headers['last-modified']?.toString(), Date.now()),
    digests: 'told',
    read: () => body as Chunks,
  }
  return faults?.session.select(version) ?? version
}

/** Where the bytes of an answer stand in the representation: a 206 says so itself. */
function sliceOf(status: number, contentRange: string | undefined, length?: number): Slice {
  const range = status === 206 ? parseContentRange(contentRange) : undefined
  const start = range?.kind === 'slice' ? range.slice.start : 0
  return { start, end: length === undefined ? Number.MAX_SAFE_INTEGER : start + length }
}

function lengthOf(headers: IncomingHttpHeaders): number | undefined {
  const length = Number(headers['content-length'])
  return headers['content-length'] !== undefined && Number.isSafeInteger(length)
    ? length
    : undefined
}
