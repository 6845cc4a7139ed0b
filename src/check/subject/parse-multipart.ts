import type { Exchange } from './exchange.js'
import { fieldOf } from './exchange.js'

/** One part of a multipart body. */
export interface BodyPart {
  /** Names and values of its header fields. */
  readonly lines: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

/** A multipart body (RFC 2046 §5.1.1), as far as it was read. */
export interface Multipart {
  readonly parts: readonly BodyPart[]
  /** Whether the closing delimiter was read. Without it, the last part may lack bytes. */
  readonly isClosed: boolean
}

const CRLF = '\r\n'

/** The boundary of a `multipart/byteranges` response; undefined for another media type, or without a boundary. */
export function boundaryOf(exchange: Pick<Exchange, 'lines'>): string | undefined {
  const type = fieldOf(exchange, 'content-type') ?? ''
  if (!/^\s*multipart\/byteranges\s*(;|$)/i.test(type)) return undefined
  const [, quoted, token] = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(type) ?? []
  return quoted?.replace(/\\(.)/g, '$1') ?? token
}

/** The parts of a body. Bytes before the first delimiter and after the last are not part of it. */
export function parseMultipart(body: Buffer, boundary: string): Multipart {
  const parts: BodyPart[] = []
  let delimiter = findDelimiter(body, boundary, 0)
  while (delimiter !== undefined && !delimiter.isLast) {
    const next = findDelimiter(body, boundary, delimiter.end)
    const part = partOf(body.subarray(delimiter.end, next?.start ?? body.length))
    if (part !== undefined) parts.push(part)
    delimiter = next
  }
  return { parts, isClosed: delimiter?.isLast === true }
}

interface Delimiter {
  /** The offset of the CRLF that belongs to it. */
  readonly start: number
  /** The offset after its line. */
  readonly end: number
  readonly isLast: boolean
}

function findDelimiter(body: Buffer, boundary: string, from: number): Delimiter | undefined {
  const dashes = `--${boundary}`
  for (let at = body.indexOf(dashes, from, 'latin1'); at >= 0; ) {
    const rest = body.toString('latin1', at + dashes.length, at + dashes.length + 100)
    const [line, close] = /^(--)?[ \t]*(?:\r\n|$)/.exec(rest) ?? []
    const startsLine = at === 0 || body.toString('latin1', at - 2, at) === CRLF
    if (startsLine && line !== undefined) {
      const start = Math.max(at - CRLF.length, 0)
      return { start, end: at + dashes.length + line.length, isLast: close !== undefined }
    }
    at = body.indexOf(dashes, at + 1, 'latin1')
  }
  return undefined
}

/** A part from its first header line on; undefined where its header section doesn't end. */
function partOf(bytes: Buffer): BodyPart | undefined {
  // A part without header fields begins with the empty line.
  const isBare = bytes.toString('latin1', 0, CRLF.length) === CRLF
  const end = isBare ? 0 : bytes.indexOf(CRLF + CRLF, 0, 'latin1')
  if (end < 0) return undefined
  const lines = bytes.toString('latin1', 0, end).split(CRLF)
  const start = end + (isBare ? CRLF.length : 2 * CRLF.length)
  return { lines: isBare ? [] : lines.map(nameAndValue), body: bytes.subarray(start) }
}

function nameAndValue(line: string): readonly [string, string] {
  const at = line.indexOf(':')
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1).trim()]
}
