import type { Exchange } from './exchange.js'
import { fieldOf } from './exchange.js'

/** One part of a multipart body. */
export interface BodyPart {
  /** Names and values of its header fields. */
  readonly lines: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

/** A multipart body, as far as it was read. */
export interface Multipart {
  readonly parts: readonly BodyPart[]
  /** Whether the closing delimiter was read. Without it, the last part may lack bytes. */
  readonly isClosed: boolean
  /** What is wrong with its syntax, such as `no closing delimiter`; undefined if nothing is. */
  readonly defect: string | undefined
}

const DELIMITER_END = /^[ \t]*\r\n/
const CLOSING_END = /^--[ \t]*(?:\r\n|$)/
const LF = 'line ends of LF instead of CRLF'
const FIELD = /^([\w!#$%&'*+.^`|~-]+):(.*)$/s

/** The boundary of a `multipart/byteranges` response; undefined for another media type, or without a boundary. */
export function boundaryOf(exchange: Pick<Exchange, 'lines'>): string | undefined {
  const type = fieldOf(exchange, 'content-type') ?? ''
  if (!/^\s*multipart\/byteranges\s*(;|$)/i.test(type)) return undefined
  const [, quoted, token] = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(type) ?? []
  return quoted?.replace(/\\(.)/g, '$1') ?? token
}

/**
 * Parses a body by its delimiters alone (RFC 2046 §5.1.1): a delimiter is the boundary after `--` at the start of a
 * line, and the CRLF before it is part of it. Bytes before the first and after the closing one are of no part.
 */
export function parseMultipart(body: Buffer, boundary: string): Multipart {
  // latin1 has one character for each byte. The first delimiter may be the first line.
  const text = `\r\n${body.toString('latin1')}`
  const [, ...pieces] = text.split(`\r\n--${boundary}`)
  const closing = pieces.findIndex((piece) => CLOSING_END.test(piece))
  const isClosed = closing !== -1
  const read = (isClosed ? pieces.slice(0, closing) : pieces).map(parsePart)
  const parts = read.flatMap((each) => (each.kind === 'part' ? [each.part] : []))
  const wrong = read.find((each) => each.kind === 'malformed')
  const defects = [
    pieces.length === 0 ? withoutDelimiter(text, boundary) : undefined,
    wrong?.reason,
    isClosed ? undefined : 'no closing delimiter',
    isClosed && closing < pieces.length - 1 ? 'a delimiter after the closing one' : undefined,
    read.length === 0 ? 'no part before the closing delimiter' : undefined,
  ]
  return { parts, isClosed, defect: defects.find((each) => each !== undefined) }
}

type ParsedPart =
  | { readonly kind: 'part'; readonly part: BodyPart }
  | { readonly kind: 'malformed'; readonly reason: string }

/** Parses what is between two delimiters. */
function parsePart(piece: string): ParsedPart {
  if (/^[ \t]*\n/.test(piece)) return malformed(LF)
  if (!DELIMITER_END.test(piece)) return malformed('other text in the line of a delimiter')
  // The CRLF of the delimiter is kept: it begins the empty line of a part without fields.
  const rest = piece.replace(/^[ \t]*/, '')
  const end = rest.indexOf('\r\n\r\n')
  if (end === -1) return malformed('a part without an empty line after its fields')
  const lines: (readonly [string, string])[] = []
  for (const line of fieldLines(rest.slice(2, end))) {
    const [, name, value] = FIELD.exec(line) ?? []
    if (name === undefined || value === undefined) {
      return malformed('a part with a malformed header field')
    }
    lines.push([name, value.trim()])
  }
  return { kind: 'part', part: { lines, body: Buffer.from(rest.slice(end + 4), 'latin1') } }
}

/** The lines of a header section. A line that begins with a space continues the one before (RFC 5322 §2.2.3). */
function fieldLines(section: string): readonly string[] {
  return section === '' ? [] : section.replace(/\r\n(?=[ \t])/g, '').split('\r\n')
}

function withoutDelimiter(text: string, boundary: string): string {
  if (text.includes(`\n--${boundary}`)) return LF
  return text.includes(boundary)
    ? 'a boundary that is not after -- at the start of a line'
    : 'no delimiter with the boundary of Content-Type'
}

function malformed(reason: string): ParsedPart {
  return { kind: 'malformed', reason }
}
