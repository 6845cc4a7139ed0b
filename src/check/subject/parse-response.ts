/** A response as its bytes are on the wire. */
export interface WireResponse {
  /** Such as `1.1`. */
  readonly version: string
  readonly status: number
  readonly lines: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  /** The offset of the first byte behind it. */
  readonly end: number
}

/**
 * `incomplete`: more bytes belong to it. `unframed`: it ends with the connection. `foreign`: the bytes don't begin with
 * a response.
 */
export type ParsedResponse =
  | { readonly kind: 'response'; readonly response: WireResponse }
  | { readonly kind: 'incomplete' | 'unframed' | 'foreign' }

const CRLF = '\r\n'
const STATUS_LINE = /^HTTP\/(\d\.\d) (\d{3})(?: |$)/

/** Reads the final response to a method at the beginning of `bytes`, by its framing alone (RFC 9112 §6.3). */
export function parseResponse(bytes: Buffer, method: string): ParsedResponse {
  for (let start = 0; ; ) {
    const end = bytes.indexOf(CRLF + CRLF, start, 'latin1')
    const text = bytes.toString('latin1', start, end < 0 ? bytes.length : end)
    if (!isBeginning(text)) return { kind: 'foreign' }
    if (end < 0) return { kind: 'incomplete' }
    const [first = '', ...rest] = text.split(CRLF)
    const [, version = '', code] = STATUS_LINE.exec(first) ?? []
    if (code === undefined) return { kind: 'foreign' }
    const status = Number(code)
    const lines = rest.map(nameAndValue)
    start = end + 2 * CRLF.length
    // Interim responses come before the final one (RFC 9110 §15.2).
    if (status >= 200) return withBody({ version, status, lines }, bytes, start, method)
  }
}

/** Whether a text is the beginning of a header section, or may become it. */
function isBeginning(text: string): boolean {
  const prefix = 'HTTP/'
  return text.startsWith(prefix.slice(0, text.length))
}

type Head = Pick<WireResponse, 'version' | 'status' | 'lines'>

function withBody(head: Head, bytes: Buffer, start: number, method: string): ParsedResponse {
  const value = (wanted: string) =>
    head.lines.find(([name]) => name.toLowerCase() === wanted)?.[1].toLowerCase()
  const isBare = method === 'HEAD' || head.status === 204 || head.status === 304
  if (isBare) return complete(head, Buffer.alloc(0), start)
  if (value('transfer-encoding') === 'chunked') return withChunks(head, bytes, start)
  const length = value('content-length')
  if (length === undefined || !/^\d{1,15}$/.test(length)) return { kind: 'unframed' }
  const end = start + Number(length)
  return end > bytes.length
    ? { kind: 'incomplete' }
    : complete(head, bytes.subarray(start, end), end)
}

function withChunks(head: Head, bytes: Buffer, start: number): ParsedResponse {
  const chunks: Buffer[] = []
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf(CRLF, at, 'latin1')
    if (lineEnd < 0) return { kind: 'incomplete' }
    const line = bytes.toString('latin1', at, lineEnd)
    const size = /^[\da-f]{1,12}\s*(;|$)/i.test(line) ? Number.parseInt(line, 16) : undefined
    if (size === undefined) return { kind: 'unframed' }
    at = lineEnd + CRLF.length
    if (size === 0) return withTrailers(head, Buffer.concat(chunks), bytes, at)
    if (at + size + CRLF.length > bytes.length) return { kind: 'incomplete' }
    chunks.push(bytes.subarray(at, at + size))
    at += size + CRLF.length
  }
}

function withTrailers(head: Head, body: Buffer, bytes: Buffer, start: number): ParsedResponse {
  for (let at = start; ; ) {
    const end = bytes.indexOf(CRLF, at, 'latin1')
    if (end < 0) return { kind: 'incomplete' }
    if (end === at) return complete(head, body, end + CRLF.length)
    at = end + CRLF.length
  }
}

function complete(head: Head, body: Buffer, end: number): ParsedResponse {
  return { kind: 'response', response: { ...head, body, end } }
}

function nameAndValue(line: string): readonly [string, string] {
  const at = line.indexOf(':')
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1).trim()]
}
