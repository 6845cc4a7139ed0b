/** A line of an event, without its line end. */
export interface EventField {
  /** Empty for a comment. */
  readonly name: string
  readonly value: string
  /** The bytes of the line, and where they are in the event. */
  readonly start: number
  readonly end: number
}

/** The line end of one line. */
type LineEnd = '\n' | '\r' | '\r\n'

const LF = 0x0a
const CR = 0x0d
const COLON = 0x3a

/**
 * The fields of an event, parsed as clients do (HTML Living Standard §9.2.6). Only the names and the values of `id`
 * are decoded.
 */
export function fieldsOf(bytes: Buffer): EventField[] {
  const fields: EventField[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = endOfLine(bytes, start)
    if (end > start) fields.push(fieldOf(bytes, start, end))
    start = end + lineEndAt(bytes, end).length
  }
  return fields
}

/** The event with its lines of a name replaced by one; before its blank line if it has none. */
export function withField(bytes: Buffer, name: string, value: string | undefined): Buffer {
  const fields = fieldsOf(bytes)
  const own = fields.filter((field) => field.name === name)
  const pieces: Buffer[] = []
  let start = 0
  for (const field of own) {
    const lineEnd = lineEndAt(bytes, field.end)
    pieces.push(bytes.subarray(start, field.start))
    if (field === own.at(-1) && value !== undefined) pieces.push(line(name, value, lineEnd))
    start = field.end + lineEnd.length
  }
  const last = fields.at(-1)
  if (own.length === 0 && value !== undefined && last !== undefined) {
    const lineEnd = lineEndAt(bytes, last.end)
    const end = last.end + lineEnd.length
    pieces.push(bytes.subarray(0, end), line(name, value, lineEnd))
    start = end
  }
  return joined([...pieces, bytes.subarray(start)])
}

/** Whole lines, one behind the other. A CR before an LF would become one line end with it. */
function joined(pieces: readonly Buffer[]): Buffer {
  const lines: Buffer[] = []
  for (const piece of pieces) {
    if (piece.length === 0) continue
    if (piece[0] === LF && lines.at(-1)?.at(-1) === CR) lines.push(Buffer.from([LF]))
    lines.push(piece)
  }
  return Buffer.concat(lines)
}

/** The bytes of an event or a row without the line end that completes it. */
export function withoutLastLineEnd(bytes: Buffer): Buffer {
  const isCrLf = bytes.at(-1) === LF && bytes.at(-2) === CR
  return bytes.subarray(0, bytes.length - (isCrLf ? 2 : 1))
}

function line(name: string, value: string, lineEnd: LineEnd): Buffer {
  return Buffer.from(`${name}: ${value}${lineEnd}`)
}

function fieldOf(bytes: Buffer, start: number, end: number): EventField {
  const colon = bytes.subarray(start, end).indexOf(COLON)
  if (colon === -1) return { name: bytes.toString('utf8', start, end), value: '', start, end }
  const name = bytes.toString('utf8', start, start + colon)
  const from = start + colon + 1
  const value = name === 'id' ? bytes.toString('utf8', from, end).replace(/^ /, '') : ''
  return { name, value, start, end }
}

function endOfLine(bytes: Buffer, start: number): number {
  let end = start
  while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end += 1
  return end
}

function lineEndAt(bytes: Buffer, at: number): LineEnd {
  if (bytes[at] !== CR) return '\n'
  return bytes[at + 1] === LF ? '\r\n' : '\r'
}
