import type { SeededDraw } from '../chaos/seeded-draw.js'
import { BYTE_SOURCE_COUNT, PRODUCER_COUNT } from './hostile-values.js'

/** Bytes of the file /f, and of /big. */
export const SIZES = { f: 5_000, big: 300_000 } as const

type Draw = (draw: SeededDraw) => string

const METHODS = [
  'HEAD',
  'OPTIONS',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'TRACE',
  'PROPFIND',
  'get',
  'G\0T',
] as const

const TARGETS: readonly [Draw, ...Draw[]] = [
  () => '/f',
  () => '/big',
  () => '/page.html',
  () => '/sub',
  () => '/sub/',
  () => '/',
  () => '/none',
  () => '/fifo',
  () => '/./f',
  () => '//f',
  () => '/../../etc/passwd',
  () => '/..%2f..%2fetc/passwd',
  () => '/sub/%2e%2e/f',
  () => '/%00',
  () => '/%',
  () => '/%zz',
  () => '/f%E4',
  () => '/\xe4\xff',
  () => '/f?%zz=1&lastbyte-fault=x',
  () => '/f?follow=1&start=9&end=1',
  () => '/f?encoding=utf-8&start=-1',
  () => '*',
  () => 'f',
  () => 'http://other.test/f',
  () => 'http://[::1/f',
  () => '/f\\..\\f',
  () => '/f#fragment',
  (draw) => `/${'a/'.repeat(draw.between(1, 5_000))}`,
  (draw) => `/${'x'.repeat(draw.between(200, 70_000))}`,
  (draw) => `/${anyText(draw, 40)}`,
  (draw) => `/own/events/${draw.between(0, PRODUCER_COUNT)}`,
  (draw) => `/own/events/${draw.between(0, PRODUCER_COUNT)}`,
  (draw) => `/own/rows/${draw.between(0, PRODUCER_COUNT)}`,
  (draw) => `/own/bytes/${draw.between(0, BYTE_SOURCE_COUNT)}`,
  (draw) => `/own/bytes/${draw.between(0, BYTE_SOURCE_COUNT)}`,
  (draw) => `/own/reauthorized/${draw.between(0, 20)}`,
  (draw) => `/own/file/${draw.between(0, 3)}`,
  () => '/own/edited/f',
  () => '/own/judged/f',
]

const RANGES: readonly [Draw, ...Draw[]] = [
  () => 'bytes=0-',
  () => 'bytes=-1',
  () => 'bytes=-0',
  () => 'bytes=9-1',
  () => 'bytes=0-99999999999999999999999',
  () => 'bytes=9007199254740993-',
  () => 'bytes=',
  () => 'bytes=a-b',
  () => 'lines=0-5',
  () => 'bytes 0-5',
  () => 'bytes=0-1,\t,3-4',
  (draw) => `bytes=${draw.between(0, 400_000)}-${draw.between(0, 400_000)}`,
  (draw) =>
    `bytes=${Array.from({ length: draw.between(2, 60) }, () => `${draw.between(0, 9_000)}-`)}`,
  (draw) => `bytes=${Array.from({ length: draw.between(2, 3_000) }, (_, n) => `${n}-${n}`)}`,
]

const FAULTS: readonly [Draw, ...Draw[]] = [
  (draw) => `truncate; at=${draw.between(0, 400_000)}`,
  (draw) => `connection-reset; at=${draw.between(0, 5_000)}`,
  (draw) => `slice; at=${draw.between(0, 5_000)}; size=1`,
  (draw) => `source-error; at=${draw.between(0, 5_000)}`,
  (draw) => `status; status=${draw.between(100, 700)}`,
  () => 'malformed-chunk',
  () => 'goaway; at=10',
  () => 'rst-stream; at=10; code=2',
  () => 'empty-response',
  () => 'content-change; at=100',
  () => 'nothing; at=1',
  () => 'truncate; at="x',
]

const FIELDS: readonly [readonly [string, Draw], ...(readonly [string, Draw])[]] = [
  ['Range', (draw) => draw.oneOf(RANGES)(draw)],
  ['Range', (draw) => draw.oneOf(RANGES)(draw)],
  ['If-Range', (draw) => draw.oneOf(['"x"', 'W/"x"', 'Sun, 06 Nov 1994 08:49:37 GMT', '"', '*'])],
  ['If-Match', (draw) => draw.oneOf(['*', '"x", "y', 'W/"a"', '""'])],
  ['If-None-Match', (draw) => draw.oneOf(['*', '"x"'.repeat(500), 'W/"', ','])],
  [
    'If-Modified-Since',
    (draw) => draw.oneOf(['0', 'Sat, 31 Dec 9999 23:59:59 GMT', 'x'.repeat(500)]),
  ],
  ['If-Unmodified-Since', (draw) => draw.oneOf(['Thu, 01 Jan 1970 00:00:00 GMT', '-1'])],
  ['Accept', (draw) => draw.oneOf(['text/event-stream', 'application/x-ndjson', '*/*;q=x', ',;='])],
  ['Accept', () => 'text/event-stream'],
  ['Accept-Encoding', (draw) => draw.oneOf(['br, gzip;q=0', 'gzip;q=9', '*;q=0', 'identity;q=0'])],
  [
    'Last-Event-ID',
    (draw) => draw.oneOf(['"x":5', ':end', '"x":99999999999999999', '\xff\xfe', '7']),
  ],
  ['Want-Repr-Digest', (draw) => draw.oneOf(['sha-256=9', 'md5=1, sha-512=10', '=', 'sha-256'])],
  ['Lastbyte-Fault', (draw) => draw.oneOf(FAULTS)(draw)],
  ['Connection', (draw) => draw.oneOf(['close', 'keep-alive, x', 'Upgrade', 'Host'])],
  ['Expect', (draw) => draw.oneOf(['100-continue', '200-ok'])],
  ['Transfer-Encoding', (draw) => draw.oneOf(['chunked', 'gzip, chunked', 'x'])],
  ['Content-Length', (draw) => draw.oneOf(['5', '-1', '99999999999999999999', '5, 6'])],
  ['Upgrade', (draw) => draw.oneOf(['h2c', 'websocket'])],
  ['HTTP2-Settings', () => 'AAMAAABkAARAAAAAAAIAAAAA'],
  ['Host', (draw) => draw.oneOf(['', 'a b', '[::1', 'x'.repeat(300)])],
  ['X-Forwarded-For', () => '1.2.3.4, '.repeat(50)],
  ['Cookie', (draw) => 'c=1; '.repeat(draw.between(1, 5_000))],
]

/** Text of any characters of Latin-1. */
export function anyText(draw: SeededDraw, most: number): string {
  const codes = Array.from({ length: draw.between(0, most) }, () => draw.between(0, 255))
  return String.fromCharCode(...codes)
}

export function drawMethod(draw: SeededDraw): string {
  return draw.chance(0.8) ? 'GET' : draw.oneOf(METHODS)
}

export function drawTarget(draw: SeededDraw): string {
  return draw.oneOf(TARGETS)(draw)
}

/** Up to five fields; few of them have a name or a value of any bytes. */
export function drawFields(draw: SeededDraw): (readonly [string, string])[] {
  return Array.from({ length: draw.between(0, 5) }, () => {
    if (draw.chance(0.05)) return [anyText(draw, 10), anyText(draw, 100)] as const
    const [name, value] = draw.oneOf(FIELDS)
    return [name, value(draw)] as const
  })
}
