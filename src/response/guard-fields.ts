import { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { canonicalName } from '../http/field-name.js'
import { fieldValues } from '../http/field-value.js'

/** Marks a response whose methods are replaced. */
const GUARDED = Symbol('lastbyte.guardedFields')

type Fields = Record<string, string | string[]>

/** The methods of a response that write field lines, of node:http and node:http2 alike. */
interface FieldWriter {
  [GUARDED]?: true
  setHeader(name: string, value: string | string[]): unknown
  /** Absent in HTTP/2 of Node 20. */
  appendHeader?(name: string, value: string | string[]): unknown
  getHeader(name: string): unknown
  getHeaderNames(): string[]
  /** Names as they were set. Absent in HTTP/2. */
  getRawHeaderNames?(): string[]
  removeHeader(name: string): void
  writeHead(status: number, ...reason: string[]): unknown
  writeEarlyHints(hints: Fields, callback?: () => void): unknown
  addTrailers(trailers: Fields): void
}

/**
 * Makes a response write every header and trailer field by {@link fieldValue}, whoever sets it: this
 * package, a hook, a route of the application or Fastify. In HTTP/1.1 the names are written in their usual
 * spelling; HTTP/2 has lower-case names. Further calls for the same response do nothing.
 *
 * @throws LastbyteError BAD_FIELD for a field that is already set and can't be sent. Later the methods that
 *   set fields throw it. All fields are removed then: the error response that Fastify sends would have the
 *   Content-Length of another content
 */
export function guardFields(reply: FastifyReply): void {
  const { raw } = reply
  const writer = raw as unknown as FieldWriter
  if (writer[GUARDED]) return
  writer[GUARDED] = true
  const isHttp1 = raw instanceof ServerResponse
  guardSetters(writer, isHttp1 ? canonicalName : asItIs)
  guardTrailers(writer, isHttp1 ? canonicalName : asItIs, (error) => {
    reply.log.error({ err: error }, 'left out a trailer field')
  })
  if (isHttp1) {
    guardReason(raw)
    guardContent(raw)
  }
  for (const name of writer.getRawHeaderNames?.() ?? writer.getHeaderNames()) {
    writer.setHeader(name, writer.getHeader(name) as string)
  }
}

const asItIs = (name: string): string => name

function guardSetters(writer: FieldWriter, spelled: (name: string) => string): void {
  const { setHeader, appendHeader, writeHead, writeEarlyHints } = writer
  const checked = (name: string, value: unknown) => {
    try {
      return fieldValues(name, value)
    } catch (error) {
      for (const each of writer.getHeaderNames()) writer.removeHeader(each)
      throw error
    }
  }
  writer.setHeader = (name, value) => setHeader.call(writer, spelled(name), checked(name, value))
  if (appendHeader !== undefined) {
    writer.appendHeader = (name, value) =>
      appendHeader.call(writer, spelled(name), checked(name, value))
  }
  writer.writeHead = (status, ...rest: unknown[]) => {
    const reason = rest.filter((each) => typeof each === 'string')
    for (const [name, value] of linesOf(rest.find((each) => typeof each === 'object'))) {
      writer.setHeader(name, value)
    }
    putLengthLast(writer)
    return writeHead.call(writer, status, ...reason)
  }
  // Node writes early hints unchecked: a CR and LF would end them.
  writer.writeEarlyHints = (hints, callback) => {
    const guarded = Object.entries(hints).map(([name, value]) => [
      // Node looks for this name.
      name === 'link' ? name : spelled(name),
      fieldValues(name, value),
    ])
    return writeEarlyHints.call(writer, Object.fromEntries(guarded), callback)
  }
}

/** The fields of a call of `writeHead`: an object, or an array of names and values or of pairs. */
function linesOf(fields: unknown): Iterable<[name: string, value: string | string[]]> {
  if (!Array.isArray(fields)) {
    const all = Object.entries((fields ?? {}) as Fields)
    return all.filter(([, value]) => value !== undefined)
  }
  const flat: unknown[] = fields.flat()
  const lines = new Map<string, [name: string, value: string[]]>()
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const name = String(flat[at])
    const line = lines.get(name.toLowerCase()) ?? [name, []]
    line[1].push(String(flat[at + 1]))
    lines.set(name.toLowerCase(), line)
  }
  return Array.from(lines.values(), ([name, values]) =>
    values.length === 1 ? [name, values.join()] : [name, values],
  )
}

/**
 * node:http reads Content-Disposition as UTF-8 and writes that as Latin-1 where it knows the length of the
 * content before it writes the field, which makes a line feed of U+010A. So Content-Length comes last.
 */
function putLengthLast(writer: FieldWriter): void {
  const length = writer.getHeader('content-length')
  if (length === undefined || writer.getHeader('content-disposition') === undefined) return
  writer.removeHeader('content-length')
  writer.setHeader('content-length', String(length))
}

/** Trailers are added when nobody can handle an error any more, so one that can't be sent is left out. */
function guardTrailers(
  writer: FieldWriter,
  spelled: (name: string) => string,
  report: (error: unknown) => void,
): void {
  const { addTrailers } = writer
  writer.addTrailers = (trailers) => {
    const sent: Fields = {}
    for (const [name, value] of Object.entries(trailers)) {
      try {
        sent[spelled(name)] = fieldValues(name, value)
      } catch (error) {
        report(error)
      }
    }
    addTrailers.call(writer, sent)
  }
}

/** HTAB, SP, VCHAR and obs-text (RFC 9112 §4). */
const REASON_PHRASE = /^[\t -~\x80-\xff]*$/

/** A reason phrase that can't be sent would be refused when the head is written: then no response is possible. */
function guardReason(raw: ServerResponse): void {
  const writeHead = raw.writeHead.bind(raw) as (
    status: number,
    ...rest: unknown[]
  ) => ServerResponse
  raw.writeHead = ((status: number, ...rest: unknown[]) => {
    const isSendable = (text: unknown) => typeof text !== 'string' || REASON_PHRASE.test(text)
    // node:http writes the usual phrase of the status then.
    if (!isSendable(raw.statusMessage)) raw.statusMessage = ''
    return writeHead(status, ...rest.filter(isSendable))
  }) as typeof raw.writeHead
}

/** Guards the head of a response of HTTP/1.1 against its first content, with which node:http writes it. */
function guardContent(raw: ServerResponse): void {
  const write: (chunk: unknown, ...rest: unknown[]) => boolean = raw.write.bind(raw) as never
  const end: (chunk: unknown, ...rest: unknown[]) => ServerResponse = raw.end.bind(raw) as never
  raw.write = ((chunk: unknown, ...rest: unknown[]) =>
    write(asBytes(chunk, rest[0]), ...rest)) as typeof raw.write
  raw.end = ((chunk: unknown, ...rest: unknown[]) => {
    const bytes = asBytes(chunk, rest[0])
    if (bytes instanceof Uint8Array && !raw.headersSent && raw.hasHeader('content-disposition')) {
      writeHeadBefore(raw, bytes)
    }
    return end(bytes, ...rest)
  }) as typeof raw.end
  const flushHeaders = raw.flushHeaders.bind(raw)
  raw.flushHeaders = () => {
    if (raw.headersSent || hasOnlyAscii(raw)) return flushHeaders()
    // In the current turn, as flushHeaders does: node:http corks a write until the next one.
    raw.socket?.cork()
    write(NOTHING)
    raw.socket?.uncork()
  }
}

const NOTHING = Buffer.alloc(0)

function hasOnlyAscii(raw: ServerResponse): boolean {
  return raw.getHeaderNames().every((name) => /^[\t -~]*$/.test(String(raw.getHeader(name))))
}

/** Writes the head before `end` makes the length of the content known, and with the length it implies. */
function writeHeadBefore(raw: ServerResponse, bytes: Uint8Array): void {
  const isFramed = raw.hasHeader('content-length') || raw.hasHeader('transfer-encoding')
  if (!isFramed) raw.setHeader('content-length', bytes.length)
  raw.writeHead(raw.statusCode)
}

/**
 * node:http writes a string and the head in front of it in the string's encoding: `Ü` as two bytes. So does
 * `flushHeaders`, with an empty string.
 */
function asBytes(chunk: unknown, encoding: unknown): unknown {
  if (typeof chunk !== 'string') return chunk
  return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
}
