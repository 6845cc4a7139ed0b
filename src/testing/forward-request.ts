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
import type { RegistrationContext } from '../request/context.js'
import { beginTransfer, type Delivery } from '../request/exchange.js'
import { createFaultInjector } from '../response/fault-injector.js'
import { sendFailure, sendProblem } from '../response/problem-response.js'
import { startDelivery } from '../response/start-delivery.js'

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
  const delivery = beginTransfer(context, reply)
  const { transfer } = delivery
  try {
    const faults = createFaultInjector(delivery)
    if ((await faults?.before(undefined)) === 'answered') {
      context.transfers.forget(transfer)
      return reply
    }
    transfer.waitFor('source')
    const answer = await transfer.until(ask({ ...delivery, faults }, origin))
    return give({ ...delivery, faults }, answer)
  } catch (error) {
    context.transfers.forget(transfer)
    if (transfer.signal.aborted && transfer.signal.reason.code === 'CLIENT_GONE') {
      return reply.hijack()
    }
    const asked = error instanceof LastbyteError && error.code === 'BAD_FAULT'
    if (!asked) reply.log.error({ err: error }, 'failed before the headers')
    if (error instanceof LastbyteError) return sendFailure(reply, error)
    return sendProblem(reply, 502, 'The origin could not be reached, or its answer is no HTTP.')
  }
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

function give(delivery: Delivery, answer: Answer): FastifyReply {
  const { reply, transfer, faults } = delivery
  const { statusCode, headers, body } = answer
  // Whoever reads meets an error at its turn; after that, or before, it is nobody's.
  body.on('error', () => {})
  const seen = seenVersion(delivery, answer)
  transfer.status = statusCode
  reply.code(statusCode).headers(endToEnd(headers, ['content-length', 'content-range']))
  if (seen.etag !== undefined) reply.header('etag', seen.etag)
  if (seen.lastModified !== undefined) {
    reply.header('last-modified', formatHttpDate(seen.lastModified))
  }
  if (seen.digests === 'withheld') for (const name of DIGESTS) reply.removeHeader(name)

  const length = lengthOf(headers)
  const contentRange = headers['content-range']?.toString()
  const bodiless = reply.request.method === 'HEAD' || statusCode === 204 || statusCode === 304
  if (bodiless) {
    body.resume()
    transfer.settle()
    addFields(reply, { length, framing: length === undefined ? 'unknown' : 'length', contentRange })
    return reply.send()
  }
  const slice = sliceOf(statusCode, contentRange, length)
  const isMultipart = /^multipart\/byteranges/i.test(String(headers['content-type']))
  const plain: Announcement = {
    length,
    framing: length === undefined ? 'unknown' : 'length',
    contentRange,
  }
  // Of an answer in parts, where they stand in the file is not known before they come.
  const pieces: BodyPiece[] = isMultipart
    ? [{ kind: 'literal', bytes: { length: slice.end } }]
    : [{ kind: 'slice', slice }]
  const announcement = faults?.session.announce(pieces, plain) ?? plain
  faults?.frame(announcement.framing)
  addFields(reply, announcement)
  const rest = seen.read(slice, transfer.signal)[Symbol.asyncIterator]()
  const plainBody = { length, first: undefined, rest }
  startDelivery(
    delivery,
    faults?.body(pieces, plainBody, announcement.length) ?? plainBody,
    async () => {
      body.destroy()
    },
  )
  return reply
}

function addFields(reply: FastifyReply, { length, framing, contentRange }: Announcement): void {
  if (framing === 'length') reply.header('content-length', length)
  if (contentRange !== undefined) reply.header('content-range', contentRange)
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
