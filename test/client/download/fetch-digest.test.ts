import { describe, expect, it } from 'vitest'
import { fetchDigest } from '../../../src/client/download/fetch-digest.js'
import type { Version } from '../../../src/client/pinned-version.js'
import { LastbyteError } from '../../../src/errors.js'
import { formatDigest } from '../../../src/http/digest-fields.js'
import { pattern } from '../../fixture/files.js'
import { MemoryTransport, type Reply, serveRange } from '../../fixture/memory-transport.js'
import { sha256 } from '../../fixture/sha256.js'

const CONTENT = pattern(100)
const DIGEST = sha256(CONTENT)
const FIELD = formatDigest('sha-256', Buffer.from(DIGEST.hex, 'hex'))
const VERSION: Version = { validator: { kind: 'strong', etag: '"v1"' }, size: CONTENT.length }
const SIGNAL = new AbortController().signal

/** A transport that responds with these replies in turn, and with the last one for ever. */
function replying(...replies: [Reply, ...Reply[]]): MemoryTransport {
  let turn = 0
  return new MemoryTransport(() => {
    const reply = replies[Math.min(turn, replies.length - 1)] ?? replies[0]
    turn += 1
    return reply
  })
}

const UNAVAILABLE: Reply = { status: 503 }

describe('fetchDigest', () => {
  it('requests one byte of the version, with the digest of the whole', async () => {
    const transport = new MemoryTransport((request) =>
      serveRange(CONTENT, '"v1"', request, { 'repr-digest': FIELD }),
    )
    expect(await fetchDigest(VERSION, transport.policy(), SIGNAL)).toEqual(DIGEST)
    expect(transport.requests).toHaveLength(1)
    expect(transport.requests[0]?.fields).toMatchObject({
      range: 'bytes=0-0',
      'if-match': '"v1"',
      'want-repr-digest': 'sha-256=9',
    })
    expect(transport.openBodies).toBe(0)
  })

  it.each<[string, Reply]>([
    ['a 200 of the version', { status: 200, fields: { etag: '"v1"', 'repr-digest': FIELD } }],
    [
      'the older Digest field',
      {
        status: 206,
        fields: {
          etag: '"v1"',
          'content-range': 'bytes 0-0/100',
          digest: `sha-256=${Buffer.from(DIGEST.hex, 'hex').toString('base64')}`,
        },
      },
    ],
  ])('accepts %s', async (_what, reply) => {
    expect(await fetchDigest(VERSION, replying(reply).policy(), SIGNAL)).toEqual(DIGEST)
  })

  it.each<[string, Reply]>([
    ['no digest', { status: 206, fields: { etag: '"v1"', 'content-range': 'bytes 0-0/100' } }],
    ['a failed precondition', { status: 412, fields: { 'repr-digest': FIELD } }],
    ['another version', { status: 200, fields: { etag: '"v2"', 'repr-digest': FIELD } }],
    [
      'another size',
      {
        status: 206,
        fields: { etag: '"v1"', 'content-range': 'bytes 0-0/99', 'repr-digest': FIELD },
      },
    ],
    ['a 404', { status: 404, fields: { 'repr-digest': FIELD } }],
  ])('returns undefined for %s, after one request', async (_what, reply) => {
    const transport = replying(reply)
    expect(await fetchDigest(VERSION, transport.policy(), SIGNAL)).toBeUndefined()
    expect(transport.requests).toHaveLength(1)
  })

  it.each<[string, NonNullable<Reply['body']>]>([
    ['of one byte', [CONTENT.subarray(0, 1)]],
    ['that is longer', [CONTENT.subarray(0, 1), CONTENT.subarray(1), 'hang']],
    ['that is cut', [new Error('cut')]],
  ])('leaves no body of a 206 open: %s', async (_what, body) => {
    const fields = { etag: '"v1"', 'content-range': 'bytes 0-0/100', 'repr-digest': FIELD }
    const transport = replying({ status: 206, fields, body })
    expect(await fetchDigest(VERSION, transport.policy(), SIGNAL)).toEqual(DIGEST)
    await expect.poll(() => transport.openBodies).toBe(0)
  })

  it.each<[string, Version]>([
    [
      'a version without strong entity tag',
      { validator: { kind: 'weak', field: 'W/"v1"' }, size: 100 },
    ],
    ['an empty representation', { ...VERSION, size: 0 }],
  ])('requests nothing for %s', async (_what, version) => {
    const transport = replying(UNAVAILABLE)
    expect(await fetchDigest(version, transport.policy(), SIGNAL)).toBeUndefined()
    expect(transport.requests).toHaveLength(0)
  })

  it('retries a transient status, no sooner than Retry-After', async () => {
    const transport = replying({ status: 503, fields: { 'retry-after': '3' } }, UNAVAILABLE, {
      status: 200,
      fields: { etag: '"v1"', 'repr-digest': FIELD },
    })
    const policy = transport.policy()
    expect(await fetchDigest(VERSION, policy, SIGNAL)).toEqual(DIGEST)
    expect(policy.clock.waits[0]).toBeGreaterThanOrEqual(3_000)
    expect(policy.clock.waits).toHaveLength(2)
  })

  it.each<[number, number]>([
    [600_000, 10_000],
    [2_000, 2_000],
    [0, 0],
  ])('gives up without an error for retryFor %i after at most %i ms', async (retryFor, most) => {
    const policy = replying(UNAVAILABLE).policy({ retryFor })
    expect(await fetchDigest(VERSION, policy, SIGNAL)).toBeUndefined()
    expect(policy.clock.now()).toBeLessThanOrEqual(most)
  })

  it.each<[string, Record<string, unknown>]>([
    ['an unknown host', { code: 'ENOTFOUND' }],
    ['an invalid certificate', { reason: 'tls' }],
  ])('does not retry %s', async (_what, facts) => {
    const transport = new MemoryTransport(() => {
      throw new LastbyteError('UNREACHABLE', 'injected', facts)
    })
    expect(await fetchDigest(VERSION, transport.policy(), SIGNAL)).toBeUndefined()
    expect(transport.requests).toHaveLength(1)
  })

  it('throws the reason of an aborted signal', async () => {
    const reason = new Error('enough')
    const abort = new AbortController()
    const transport = new MemoryTransport(() => {
      abort.abort(reason)
      return UNAVAILABLE
    })
    await expect(fetchDigest(VERSION, transport.policy(), abort.signal)).rejects.toBe(reason)
  })
})
