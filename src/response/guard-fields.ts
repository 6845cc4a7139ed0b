import { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { asBytes, isWrittenByNode, writeBytes } from '../delivery/byte-writes.js'
import { canonicalName } from '../http/field-name.js'
import { fieldValues } from '../http/field-value.js'

/** The reply of a response whose methods are replaced. */
const GUARDED = Symbol('lastbyte.guardedFields')

type Fields = Record<string, string | string[]>

/** The methods of a response of node:http or node:http2 by which it gets its fields. */
interface FieldMethods {
  setHeader(name: string, value: unknown): unknown
  /** Absent in HTTP/2 of Node 20. */
  appendHeader?(name: string, value: unknown): unknown
  writeHead(status: number, ...rest: unknown[]): unknown
  writeEarlyHints(hints: Fields, callback?: () => void): unknown
  addTrailers(trailers: Fields): void
}

/** The methods of node:http whose first call writes the head. */
interface ContentMethods {
  write(chunk: unknown, ...rest: unknown[]): boolean
  end(chunk: unknown, ...rest: unknown[]): unknown
  flushHeaders(): void
}

type Methods = FieldMethods & ContentMethods

interface FieldWriter extends Methods {
  [GUARDED]?: FastifyReply
  readonly headersSent: boolean
  statusCode: number
  statusMessage: string
  readonly socket: { cork(): void; uncork(): void } | null
  getHeader(name: string): unknown
  hasHeader(name: string): boolean
  getHeaderNames(): string[]
  /** Names as they were set. Absent in HTTP/2. */
  getRawHeaderNames?(): string[]
  removeHeader(name: string): void
}

/**
 * The guarded methods over those of each prototype of responses. Methods made for each response would be the largest
 * part of the memory of an idle event stream.
 */
const shared = new WeakMap<object, Partial<Methods>>()

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
  const writer = reply.raw as unknown as FieldWriter
  if (writer[GUARDED] !== undefined) return
  Object.assign(writer, methodsFor(writer, reply.raw instanceof ServerResponse))
  writer[GUARDED] = reply
  for (const name of writer.getRawHeaderNames?.() ?? writer.getHeaderNames()) {
    writer.setHeader(name, writer.getHeader(name))
  }
}

const REPLACED = [
  'setHeader',
  'appendHeader',
  'writeHead',
  'writeEarlyHints',
  'addTrailers',
  'write',
  'end',
  'flushHeaders',
] as const satisfies readonly (keyof Methods)[]

function methodsFor(writer: FieldWriter, isHttp1: boolean): Partial<Methods> {
  if (REPLACED.some((name) => Object.hasOwn(writer, name))) {
    // Middleware has replaced methods of this response alone.
    const own = Object.fromEntries(REPLACED.map((name) => [name, writer[name]]))
    return guardedMethods(own as unknown as Methods, isHttp1)
  }
  const prototype = Object.getPrototypeOf(writer) as Methods
  let methods = shared.get(prototype)
  if (methods === undefined) {
    methods = guardedMethods(prototype, isHttp1)
    shared.set(prototype, methods)
  }
  return methods
}

/** The methods that guard a response, over those of `base`. */
function guardedMethods(base: Methods, isHttp1: boolean): Partial<Methods> {
  const fields = fieldMethods(base, isHttp1 ? canonicalName : asItIs)
  return isHttp1 ? { ...fields, writeHead: withReason(fields), ...contentMethods(base) } : fields
}

const asItIs = (name: string): string => name

function fieldMethods(base: FieldMethods, spelled: (name: string) => string): FieldMethods {
  const methods: FieldMethods = {
    setHeader(this: FieldWriter, name, value) {
      return base.setHeader.call(this, spelled(name), checked(this, name, value))
    },
    writeHead(this: FieldWriter, status, ...rest) {
      const reason = rest.filter((each) => typeof each === 'string')
      for (const [name, value] of linesOf(rest.find((each) => typeof each === 'object'))) {
        this.setHeader(name, value)
      }
      putLengthLast(this)
      return base.writeHead.call(this, status, ...reason)
    },
    // Node writes early hints unchecked: a CR and LF would end them.
    writeEarlyHints(this: FieldWriter, hints, callback) {
      const sent = Object.entries(hints).map(([name, value]) => [
        // Node looks for this name.
        name === 'link' ? name : spelled(name),
        fieldValues(name, value),
      ])
      return base.writeEarlyHints.call(this, Object.fromEntries(sent), callback)
    },
    // Trailers are added when nobody can handle an error any more, so one that can't be sent is left out.
    addTrailers(this: FieldWriter, trailers) {
      const sent: Fields = {}
      for (const [name, value] of Object.entries(trailers)) {
        try {
          sent[spelled(name)] = fieldValues(name, value)
        } catch (error) {
          this[GUARDED]?.log.error({ err: error }, 'left out a trailer field')
        }
      }
      base.addTrailers.call(this, sent)
    },
  }
  const { appendHeader } = base
  if (appendHeader !== undefined) {
    methods.appendHeader = function (this: FieldWriter, name, value) {
      return appendHeader.call(this, spelled(name), checked(this, name, value))
    }
  }
  return methods
}

function checked(writer: FieldWriter, name: string, value: unknown): string | string[] {
  try {
    return fieldValues(name, value)
  } catch (error) {
    for (const each of writer.getHeaderNames()) writer.removeHeader(each)
    throw error
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

/** HTAB, SP, VCHAR and obs-text (RFC 9112 §4). */
const REASON_PHRASE = /^[\t -~\x80-\xff]*$/

const isSendable = (text: unknown): boolean => typeof text !== 'string' || REASON_PHRASE.test(text)

/** A reason phrase that can't be sent would be refused when the head is written: then no response is possible. */
function withReason({ writeHead }: FieldMethods): FieldMethods['writeHead'] {
  return function (this: FieldWriter, status, ...rest) {
    // node:http writes the usual phrase of the status then.
    if (!isSendable(this.statusMessage)) this.statusMessage = ''
    return writeHead.call(this, status, ...rest.filter(isSendable))
  }
}

/** Guards the head of a response of HTTP/1.1 against its first content, with which node:http writes it. */
function contentMethods(base: ContentMethods): ContentMethods {
  const write = guardedWrite(base)
  return {
    write,
    end(this: FieldWriter, chunk, ...rest) {
      const bytes = asBytes(chunk, rest[0])
      const isBytes = bytes instanceof Uint8Array
      if (isBytes && !this.headersSent && this.hasHeader('content-disposition')) {
        writeHeadBefore(this, bytes)
      }
      return base.end.call(this, bytes, ...rest)
    },
    flushHeaders(this: FieldWriter) {
      if (this.headersSent || hasOnlyAscii(this)) return base.flushHeaders.call(this)
      // In the current turn, as flushHeaders does: node:http corks a write until the next one.
      this.socket?.cork()
      write.call(this, NOTHING)
      this.socket?.uncork()
    },
  }
}

const NOTHING = Buffer.alloc(0)

function hasOnlyAscii(writer: FieldWriter): boolean {
  return writer.getHeaderNames().every((name) => /^[\t -~]*$/.test(String(writer.getHeader(name))))
}

/** Writes the head before `end` makes the length of the content known, and with the length it implies. */
function writeHeadBefore(writer: FieldWriter, bytes: Uint8Array): void {
  const isFramed = writer.hasHeader('content-length') || writer.hasHeader('transfer-encoding')
  if (!isFramed) writer.setHeader('content-length', bytes.length)
  writer.writeHead(writer.statusCode)
}

/** One function where nothing else has changed the write of node:http: an event stream has no other way to tell. */
function guardedWrite(base: ContentMethods): ContentMethods['write'] {
  if (isWrittenByNode(base as never)) return writeBytes as never
  return function (this: FieldWriter, chunk, ...rest) {
    return base.write.call(this, asBytes(chunk, rest[0]), ...rest)
  }
}
