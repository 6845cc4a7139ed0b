import { createHash } from 'node:crypto'
import { toError } from '../../errors.js'
import { isFieldValue, requireFields } from '../../http/caller-fields.js'
import { parseEntityTag } from '../../http/entity-tag.js'
import { formatHttpDate } from '../../http/http-date.js'
import { mediaType } from '../../http/media-type.js'
import { type Expectation, type Expectations, FIELDS, TEXT } from '../../validation/expectation.js'
import { milliseconds, wholeNumber } from '../../validation/number-expectations.js'
import { invalidSetting, settingError } from '../../validation/option-error.js'
import { readOptions } from '../../validation/read-options.js'
import { bytesOf, openStream, type StubStream } from './stub-body.js'

/**
 * One response of a stub. With status 200 and a `body` of text or bytes, or `json`, it is a representation:
 * ranges, preconditions and HEAD work as for a file. With another status, or with a function as `body`, it
 * is sent as it is.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, type StubResponse } from 'lastbyte/testing'
 *
 * const busy: StubResponse = { status: 503, fields: { 'retry-after': '1' } }
 * const list: StubResponse = { json: [{ id: 1 }], etag: '"v1"' }
 * await using server = await faultServer({ seed: 7 })
 * server.stub('/api/films', [busy, list])
 * assert.equal((await fetch(`${server.url}/api/films`)).headers.get('retry-after'), '1')
 * assert.deepEqual(await (await fetch(`${server.url}/api/films`)).json(), [{ id: 1 }])
 * const headers = { 'if-none-match': '"v1"' }
 * assert.equal((await fetch(`${server.url}/api/films`, { headers })).status, 304)
 * ```
 */
export interface StubResponse {
  /** From 200 to 599. @default 200 */
  readonly status?: number
  /** Further header fields. */
  readonly fields?: Readonly<Record<string, string>>
  /**
   * Text, which is sent as UTF-8, or bytes, or a function that is called for each response. A body whose iterable
   * throws is cut there. @default ''
   */
  readonly body?: string | Uint8Array | (() => StubStream | Promise<StubStream>)
  /** A value that is sent as JSON; instead of `body`. */
  readonly json?: unknown
  /** The media type. Default: that of `json`, or of the extension of the path; text is text/plain. */
  readonly type?: string
  /** A strong entity tag with its quotes, or null for none. Default: of a 200 to GET a hash of the bytes; none with a function. */
  readonly etag?: string | null
  /** Sent as Last-Modified. Default: not sent. */
  readonly lastModified?: Date
  /** ms before the response begins. @default 0 */
  readonly delay?: number
}

const BODY: Expectation = {
  expected: 'a string, a Uint8Array, or a function that returns an async iterable',
  accepts: (value) =>
    typeof value === 'string' || typeof value === 'function' || ArrayBuffer.isView(value),
}
const RESPONSE: Expectations<StubResponse> = {
  status: wholeNumber(200, 599),
  fields: FIELDS,
  body: BODY,
  json: { expected: 'a value', accepts: () => true },
  type: {
    expected: 'a media type such as text/html, of printable characters up to U+00FF',
    accepts: (value) => TEXT.accepts(value) && isFieldValue(String(value)),
  },
  etag: {
    expected: 'a strong entity tag with its quotes, such as "v1", or null',
    accepts: (value) =>
      value === null || (typeof value === 'string' && parseEntityTag(value)?.weak === false),
  },
  lastModified: {
    expected: 'a valid Date',
    accepts: (value) =>
      Object.prototype.toString.call(value) === '[object Date]' && !Number.isNaN(Number(value)),
  },
  delay: milliseconds(0),
}

/** Fields that the options set, or the server by the body. */
const OWN_FIELDS: Readonly<Record<string, string>> = {
  'content-type': 'set "type"',
  etag: 'set "etag"',
  'last-modified': 'set "lastModified"',
  'content-length': 'arm the fault "response-fields" to announce a wrong one',
  'transfer-encoding': 'arm the fault "response-fields" to announce a wrong one',
  'content-range': 'arm the fault "response-fields" to announce a wrong one',
}

type StubFunction = () => StubStream | Promise<StubStream>

/** Statuses of responses without content (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const WITHOUT_CONTENT: ReadonlySet<number> = new Set([204, 205, 304])

/** A validated response with its defaults. */
export interface SettledResponse {
  readonly status: number
  readonly fields: Readonly<Record<string, string>>
  readonly body: Buffer | StubFunction
  readonly type: string | undefined
  readonly etag: string | undefined
  readonly lastModified: number | undefined
  readonly delay: number
}

/** @throws LastbyteError BAD_SETTING */
export function settleResponse(given: unknown, path: string, method = 'GET'): SettledResponse {
  const options = readOptions(given, RESPONSE, {
    name: 'response',
    prefix: '',
    error: settingError,
  })
  const { status = 200, fields = {}, json, lastModified, delay = 0 } = options
  if (options.body !== undefined && json !== undefined) {
    throw invalidSetting('json', 'provide at most one of "body" and "json"', json)
  }
  const content = options.body ?? json
  if (WITHOUT_CONTENT.has(status) && content !== undefined && content !== '') {
    const name = json === undefined ? 'body' : 'json'
    throw invalidSetting(name, `expected none with status ${status}, which has no content`, content)
  }
  const checked = requireFields('fields', fields)
  for (const [name, value] of Object.entries(checked)) {
    const instead = OWN_FIELDS[name]
    if (instead !== undefined) {
      throw invalidSetting(`fields.${name}`, `expected another field; ${instead}`, value)
    }
  }
  const body = contentOf(json === undefined ? (options.body ?? '') : textOf(json))
  const isRepresentation = status === 200 && (method === 'GET' || method === 'HEAD')
  const derived = isRepresentation ? etagOf(body) : undefined
  const etag = options.etag === undefined ? derived : (options.etag ?? undefined)
  return {
    status,
    fields: checked,
    body,
    type: options.type ?? typeOf(options, path),
    etag,
    lastModified: lastModified?.getTime(),
    delay,
  }
}

/** The fields of a response that is sent as it is. */
export function passedFields(response: SettledResponse): Record<string, string> {
  const { fields, type, etag, lastModified } = response
  const date = lastModified === undefined ? undefined : formatHttpDate(lastModified)
  return {
    ...fields,
    ...(type !== undefined && { 'content-type': type }),
    ...(etag !== undefined && { etag }),
    ...(date !== undefined && { 'last-modified': date }),
  }
}

/** A response whose body can be read. That of a function that fails is a 500 that says why. */
export async function opened(
  response: SettledResponse,
): Promise<SettledResponse & { readonly stream: AsyncGenerator<Uint8Array> }> {
  const { body } = response
  if (typeof body !== 'function') return { ...response, stream: once(body) }
  try {
    return { ...response, stream: bytesOf(await openStream(body)) }
  } catch (error) {
    const text = Buffer.from(`stub: ${toError(error).message}\n`)
    const type = 'text/plain; charset=utf-8'
    const failed = { status: 500, fields: {}, type, etag: undefined, lastModified: undefined }
    return { ...failed, body: text, delay: 0, stream: once(text) }
  }
}

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}

function typeOf({ body, json }: StubResponse, path: string): string | undefined {
  if (json !== undefined) return 'application/json; charset=utf-8'
  const known = mediaType(path)
  if (known !== 'application/octet-stream') return known
  if (typeof body === 'string') return 'text/plain; charset=utf-8'
  return body === undefined ? undefined : known
}

function contentOf(body: string | Uint8Array | StubFunction): Buffer | StubFunction {
  if (typeof body === 'function') return body
  if (typeof body === 'string') return Buffer.from(body)
  return Buffer.from(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
}

function textOf(json: unknown): string {
  const expected = 'expected a value that JSON has'
  try {
    const text: string | undefined = JSON.stringify(json)
    if (text !== undefined) return text
  } catch (error) {
    throw invalidSetting('json', `${expected} (${toError(error).message})`, json)
  }
  throw invalidSetting('json', expected, json)
}

function etagOf(body: Buffer | StubFunction): string | undefined {
  if (typeof body === 'function') return undefined
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
}
