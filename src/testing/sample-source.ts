import { createHash } from 'node:crypto'
import type { Slice } from '../http/byte-range.js'
import { mediaType } from '../http/media-type.js'
import type { ByteSource, Opened } from '../source/byte-source.js'

/** Bytes that one chunk of a sample has. */
const CHUNK = 64 * 1024
/** 1 January 2024, the date of every sample: old enough to be a strong validator (RFC 9110 §8.8.2.2). */
const DATE = Date.UTC(2024, 0, 1)

const GUIDE = `A server for tests of HTTP clients.

/bytes/N       N bytes, which are the same in every run: /bytes/1048576
/bytes/N.EXT   the same with the media type of the extension: /bytes/1048576.mp4
`

/** Bytes of a block that repeats: so long that no power of two is a multiple of its period. */
const PERIOD = 65_521
const BLOCK = Buffer.concat(
  Array.from({ length: Math.ceil(PERIOD / 64) }, (_, at) =>
    createHash('sha512').update(`lastbyte sample ${at}`).digest(),
  ),
).subarray(0, PERIOD)

/**
 * The bytes of the built-in paths `/bytes/N` from `start` up to, but not including, `end`. They don't depend on
 * N, and any two positions within 64 KB have different surroundings, so bytes at a wrong position show.
 *
 * @throws RangeError for positions that are no whole numbers, or in the wrong order
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, sampleBytes } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ seed: 7 })
 * const headers = { range: 'bytes=500000-500099' }
 * const part = await (await fetch(`${server.url}/bytes/1048576`, { headers })).arrayBuffer()
 * assert.deepEqual(Buffer.from(part), sampleBytes(500_000, 500_100))
 * ```
 */
export function sampleBytes(start: number, end: number): Buffer {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    const expected = 'expected two whole numbers of bytes, the second not below the first'
    throw new RangeError(`sampleBytes: ${expected}; received ${start} and ${end}`)
  }
  const bytes = Buffer.alloc(end - start)
  for (let filled = 0; filled < bytes.length; ) {
    filled += BLOCK.copy(bytes, filled, (start + filled) % PERIOD)
  }
  return bytes
}

/** Serves `/bytes/N`, and a page of text at `/`. */
export const SAMPLE_SOURCE: ByteSource = {
  async open(key) {
    if (key === '') return opened('guide.txt', Buffer.byteLength(GUIDE), readGuide)
    const [, digits, extension = ''] = /^bytes\/(0|[1-9]\d*)(\.\w+)?$/.exec(key) ?? []
    const size = Number(digits)
    if (digits === undefined || !Number.isSafeInteger(size)) return { kind: 'absent' }
    return opened(`${digits}${extension}`, size, readSample)
  },
}

function opened(
  name: string,
  size: number,
  read: (slice: Slice) => AsyncGenerator<Uint8Array>,
): Opened {
  const facts = {
    name,
    contentType: mediaType(name),
    size,
    etag: `"sample-${name}"`,
    lastModified: DATE,
  }
  return { kind: 'representation', representation: { facts, read, close: async () => {} } }
}

async function* readGuide({ start, end }: Slice): AsyncGenerator<Uint8Array> {
  yield Buffer.from(GUIDE).subarray(start, end)
}

async function* readSample({ start, end }: Slice): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; at += CHUNK) yield sampleBytes(at, Math.min(at + CHUNK, end))
}
