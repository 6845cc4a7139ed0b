import { SeededDraw } from '../chaos/seeded-draw.js'
import { anyText, drawFields, drawMethod, drawTarget } from './hostile-fields.js'

/** How a client leaves. `read`: when the server closes the connection, or falls silent. */
export interface Leaving {
  readonly how: 'read' | 'end' | 'destroy' | 'reset'
  /** Bytes that are received before that. */
  readonly after: number
}

/** Bytes on a plain or encrypted connection. */
export interface RawRequest {
  readonly kind: 'raw'
  readonly secure: boolean
  /** In Latin-1. */
  readonly bytes: string
  /** Lengths of the pieces that are written one after the other; the last piece is the rest. */
  readonly pieces: readonly number[]
  readonly leaving: Leaving
  /** The target of the first request, unless the bytes were altered so that they may be none. */
  readonly target: string | undefined
}

/** Streams of one HTTP/2 connection. */
export interface Http2Request {
  readonly kind: 'http2'
  readonly streams: readonly Http2Stream[]
  readonly leaving: Leaving
}

export interface Http2Stream {
  readonly fields: Readonly<Record<string, string>>
  /** Bytes after which the stream is reset, with a code; undefined: it is read to its end. */
  readonly reset: { readonly after: number; readonly code: number } | undefined
}

/** Anything behind the preface of HTTP/2. */
export interface FramesRequest {
  readonly kind: 'frames'
  readonly bytes: string
}

export type HostileRequest = RawRequest | Http2Request | FramesRequest

/** The hostile request with a number, of those of a seed: always the same. */
export function drawRequest(seed: number, index: number): HostileRequest {
  const draw = new SeededDraw(seed * 1_000_003 + index)
  const share = draw.next()
  if (share < 0.15) return drawHttp2(draw)
  if (share < 0.17) return drawFrames(draw)
  return drawRaw(draw)
}

function drawLeaving(draw: SeededDraw): Leaving {
  const how = draw.chance(0.6) ? 'read' : draw.oneOf<Leaving['how']>(['end', 'destroy', 'reset'])
  return { how, after: how === 'read' ? 400_000 : draw.between(0, 100_000) }
}

function drawRaw(draw: SeededDraw): RawRequest {
  const target = drawTarget(draw)
  const count = draw.chance(0.25) ? draw.between(2, 6) : 1
  const targets = [target, ...Array.from({ length: count - 1 }, () => drawTarget(draw))]
  let bytes = targets.map((each, index) => rawText(draw, each, index === count - 1)).join('')
  const isAltered = draw.chance(0.15)
  if (isAltered) bytes = altered(draw, bytes)
  const isSlow = draw.chance(0.04)
  return {
    kind: 'raw',
    secure: draw.chance(0.1),
    bytes,
    pieces: isSlow ? Array.from({ length: 5 }, () => draw.between(1, 20)) : [],
    leaving: drawLeaving(draw),
    target: isAltered ? undefined : target,
  }
}

function rawText(draw: SeededDraw, target: string, isLast: boolean): string {
  const method = drawMethod(draw)
  const version = draw.chance(0.95)
    ? 'HTTP/1.1'
    : draw.oneOf(['HTTP/1.0', 'HTTP/0.9', 'HTTP/9', ''])
  const fields: (readonly [string, string])[] = drawFields(draw)
  if (draw.chance(0.97)) fields.unshift(['Host', 'localhost'])
  if (isLast && draw.chance(0.8)) fields.push(['Connection', 'close'])
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const content = draw.chance(0.1) ? draw.oneOf(['hello', '5\r\nhello\r\n0\r\n\r\n', 'zz\r\n']) : ''
  return `${method} ${target} ${version}\r\n${lines}\r\n${content}`
}

function altered(draw: SeededDraw, bytes: string): string {
  const at = draw.between(0, bytes.length)
  switch (draw.between(0, 3)) {
    case 0:
      return bytes.slice(0, at)
    case 1:
      return bytes.slice(0, at) + anyText(draw, 20) + bytes.slice(at)
    case 2:
      return bytes.replaceAll('\r\n', draw.oneOf(['\n', '\r', '\r\r\n']))
    default:
      return anyText(draw, 300)
  }
}

/** Fields that HTTP/2 forbids or that Node refuses to send in this form. */
const NOT_IN_HTTP2 = /^(connection|upgrade|http2-settings|transfer-encoding|host|content-length)$/

function drawHttp2(draw: SeededDraw): Http2Request {
  const streams = Array.from({ length: draw.between(1, 6) }, () => {
    const names = drawFields(draw).map(([name, value]) => [name.toLowerCase(), value] as const)
    const fields = names.filter(([name, value]) => {
      const isText = /^[a-z-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
      return isText && !NOT_IN_HTTP2.test(name)
    })
    const method = drawMethod(draw)
    const pseudo = {
      ':path': drawTarget(draw),
      ':method': /^[A-Z]+$/.test(method) ? method : 'GET',
    }
    const reset = draw.chance(0.3)
      ? { after: draw.between(0, 50_000), code: draw.between(0, 13) }
      : undefined
    return { fields: { ...Object.fromEntries(fields), ...pseudo }, reset }
  })
  return { kind: 'http2', streams, leaving: drawLeaving(draw) }
}

function drawFrames(draw: SeededDraw): FramesRequest {
  const frames = Array.from({ length: draw.between(1, 8) }, () => {
    const payload = anyText(draw, 60)
    const head = [0, 0, payload.length, draw.between(0, 12), draw.between(0, 255)]
    const stream = [0, 0, 0, draw.between(0, 9)]
    return String.fromCharCode(...head, ...stream) + payload
  })
  return { kind: 'frames', bytes: `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${frames.join('')}` }
}
