import { describe, expect, it } from 'vitest'
import { CONTENT_CODINGS, isCompressible, preferredCodings } from '../../src/http/content-coding.js'
import { cpuMs } from '../fixture/cpu-time.js'

describe('preferredCodings (RFC 9110 §12.5.3)', () => {
  it.each<[field: string, codings: string]>([
    // Codings of equal weight are in the server's order, not the field's.
    ['gzip, deflate, br, zstd', 'br zstd gzip'],
    ['gzip', 'gzip'],
    ['deflate', ''],
    ['', ''],
    [' , ', ''],
    ['identity', ''],
    // Weights (§12.4.2).
    ['br;q=0.5, gzip;q=0.8', 'gzip br'],
    ['br;q=0.5,gzip ; q=0.8', 'gzip br'],
    ['br;q=1.000, gzip;q=1', 'br gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.000, gzip;Q=0.001', 'gzip'],
    // The asterisk stands for every coding that the field doesn't name.
    ['*', 'br zstd gzip'],
    ['*;q=0', ''],
    ['br;q=0, *', 'zstd gzip'],
    ['*;q=0, gzip', 'gzip'],
    ['*;q=0.1, gzip', 'gzip br zstd'],
    // identity ranks last unless the field names it or has an asterisk.
    ['identity, br', 'br'],
    ['identity;q=0.5, br;q=0.4, gzip;q=0.6', 'gzip'],
    ['identity;q=0.5, br;q=0.5', 'br'],
    ['identity;q=0, br;q=0.1', 'br'],
    ['identity;q=0', ''],
    ['br;q=0.5, *;q=0.8', 'zstd gzip'],
    ['deflate;q=0.1, br;q=0.5', 'br'],
    // Names are case-insensitive, and x-gzip is equivalent to gzip (§8.4.1.3).
    ['BR, GZip', 'br gzip'],
    ['x-gzip', 'gzip'],
    ['X-GZIP;q=0.5, br;q=0.4', 'gzip br'],
    ['x-gzip-2, xx-gzip', ''],
    // Malformed members are ignored (§12.4.2).
    ['br;q=5, gzip;q=0.5', 'gzip'],
    ['br;q=-1, gzip', 'gzip'],
    ['br;q=0.5x, gzip;q=', ''],
    ['br;q=0.0001, gzip;q=abc', ''],
    ['gzip;level=9', ''],
    ['gzip;q="0.5', ''],
    ['br;q=0;q=1', ''],
    ['"', ''],
  ])('reads the Accept-Encoding header field %j as %j', (field, codings) => {
    expect(preferredCodings(field, CONTENT_CODINGS).join(' ')).toBe(codings)
  })

  it('returns only available codings, in their order', () => {
    expect(preferredCodings('br, gzip, zstd', ['gzip', 'br'])).toEqual(['gzip', 'br'])
    expect(preferredCodings('br;q=0.1, *', ['gzip'])).toEqual(['gzip'])
    expect(preferredCodings('br', [])).toEqual([])
  })

  it('reads 15 KB that are made for slow parsing in under 500 ms', async () => {
    const fields = [
      'br;'.repeat(5000),
      'a;q=0,'.repeat(3000),
      `br${' '.repeat(16_000)}x`,
      ' ;q='.repeat(4000),
    ]
    const ms = await cpuMs(() => {
      for (const field of fields) preferredCodings(field, CONTENT_CODINGS)
    })
    expect(ms).toBeLessThan(500)
  })
})

describe('isCompressible', () => {
  it.each([
    'text/html; charset=utf-8',
    'TEXT/CSS',
    'text/vtt',
    'text/javascript',
    'application/json; charset=utf-8',
    'application/ld+json',
    'application/manifest+json',
    'application/xhtml+xml',
    'application/dash+xml',
    'application/vnd.apple.mpegurl',
    'application/wasm',
    'application/xml',
    'application/x-ndjson',
    'image/svg+xml',
    'model/gltf+json',
    'font/ttf',
  ])('is true for %s', (type) => {
    expect(isCompressible(type)).toBe(true)
  })

  it.each([
    'video/mp4',
    'video/mp2t',
    'audio/mpeg',
    'audio/x-text/html',
    'image/png',
    'image/x+xml',
    'font/woff',
    'font/woff2',
    'application/zip',
    'application/gzip',
    'application/zstd',
    'application/pdf',
    'application/octet-stream',
    'multipart/byteranges',
    'application/x-text/plain',
    'application/',
    '',
  ])('is false for %j', (type) => {
    expect(isCompressible(type)).toBe(false)
  })
})
