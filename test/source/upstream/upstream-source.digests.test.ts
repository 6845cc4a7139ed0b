import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { pattern } from '../../fixture/files.js'
import { ProxyWithOrigin } from '../../fixture/proxy-with-origin.js'
import type { Script } from '../../fixture/scripted-server.js'

const CONTENT = pattern(100_000)
const ENCODED = gzipSync(CONTENT)

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64')
const repr = (bytes: Uint8Array) => ({ 'repr-digest': `sha-256=:${sha256(bytes)}:` })
const content = (bytes: Uint8Array) => ({ 'content-digest': `sha-256=:${sha256(bytes)}:` })
const legacy = (bytes: Uint8Array) => ({ digest: `SHA-256=${sha256(bytes)}` })

/** A response that can't be resumed, so that it is passed on as the origin sends it. */
interface Passed {
  readonly bytes: Buffer
  readonly status: number
  readonly fields: Record<string, string>
  readonly request?: Record<string, string>
}

const part = CONTENT.subarray(100, 50_000)
const RANGE = { Range: 'bytes=100-49999' }
const lengthOf = (bytes: Buffer) => ({ 'content-length': String(bytes.length) })

const PASSED: readonly (readonly [string, Passed])[] = [
  ['a 200 in chunks with Repr-Digest', { bytes: CONTENT, status: 200, fields: repr(CONTENT) }],
  [
    'a 200 in chunks with Content-Digest',
    { bytes: CONTENT, status: 200, fields: content(CONTENT) },
  ],
  ['a 200 in chunks with Digest', { bytes: CONTENT, status: 200, fields: legacy(CONTENT) }],
  [
    'a 200 with a content coding and a length',
    {
      bytes: ENCODED,
      status: 200,
      fields: { 'content-encoding': 'gzip', ...lengthOf(ENCODED), ...repr(ENCODED) },
    },
  ],
  [
    'a 206 of an unknown total',
    {
      bytes: part,
      status: 206,
      fields: { 'content-range': 'bytes 100-49999/*', ...lengthOf(part), ...content(part) },
      request: RANGE,
    },
  ],
  ['a 404', { bytes: CONTENT, status: 404, fields: content(CONTENT) }],
  [
    'a 410 with a length',
    { bytes: CONTENT, status: 410, fields: { ...lengthOf(CONTENT), ...content(CONTENT) } },
  ],
  ['a 503 of the last attempt', { bytes: CONTENT, status: 503, fields: content(CONTENT) }],
]

/** ms of retries: none of these origins recovers. */
const QUICK = { upstream: { openFor: 1 } }

/** Sends the bytes, of which the last is another with `changed`. */
function sends({ bytes, status, fields }: Passed, state: 'honest' | 'changed'): Script {
  return (_request, response) => {
    const sent = Buffer.from(bytes)
    if (state === 'changed') sent.writeUInt8(sent.readUInt8(sent.length - 1) ^ 1, sent.length - 1)
    response.writeHead(status, fields)
    response.write(sent.subarray(0, 1000))
    response.end(sent.subarray(1000))
  }
}

describe.each(PASSED)('The digest of a response that is passed on, %s,', (_what, passed) => {
  const { status, request = {} } = passed

  it('ends a body of other bytes before its last chunk', async () => {
    await using relay = await ProxyWithOrigin.start(sends(passed, 'changed'), QUICK)
    const received = await relay.get('/f', request)
    expect([received.status, received.ended]).toEqual([status, 'fin'])
    // In chunks, the end of a complete body is a chunk of 0 bytes.
    expect(received.body.subarray(-7).toString('latin1')).not.toBe('\r\n0\r\n\r\n')
    expect(received.body.length).toBeLessThan(passed.bytes.length)
    expect((await relay.front.settled()).error).toMatchObject({ code: 'DIGEST_MISMATCH' })
  })

  it.each([
    ['of the announced bytes', 'honest', 'told'],
    ["of other bytes with verify: 'off'", 'changed', 'off'],
  ] as const)('lets a body pass %s', async (_which, state, verify) => {
    const upstream = { ...QUICK.upstream, verify }
    await using relay = await ProxyWithOrigin.start(sends(passed, state), { upstream })
    const received = await relay.get('/f', request)
    expect(received.status).toBe(status)
    const isChunked = received.fields['transfer-encoding'] === 'chunked'
    if (isChunked) expect(received.body.subarray(-5).toString('latin1')).toBe('0\r\n\r\n')
    else expect(received.body.length).toBe(passed.bytes.length)
  })
})

describe('The Repr-Digest of an error', () => {
  it('need not be that of its body', async () => {
    const passed = { bytes: Buffer.from('gone'.repeat(500)), status: 410, fields: repr(CONTENT) }
    await using relay = await ProxyWithOrigin.start(sends(passed, 'honest'), QUICK)
    const { body } = await relay.get()
    expect(body.subarray(-5).toString('latin1')).toBe('0\r\n\r\n')
  })
})
