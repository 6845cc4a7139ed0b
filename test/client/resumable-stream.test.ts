import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { resumableStream as byFetch } from '../../src/client/browser.js'
import { resumableStream as byNode } from '../../src/client/index.js'
import type { ClientEvent } from '../../src/client/read-policy.js'
import type { OpenStream, StreamOptions } from '../../src/client/resumable-stream.js'
import type { FaultRule } from '../../src/fault/fault-rule.js'
import { CONTENT, FaultServer } from '../fixture/fault-server.js'

const HEX = createHash('sha256').update(CONTENT).digest('hex')

/** A cut at byte 5000: fetch may discard bytes that came in one packet with the error. */
function expectHeadOf(bytes: Buffer): void {
  expect(bytes.length).toBeLessThanOrEqual(5000)
  expect(bytes.equals(CONTENT.subarray(0, bytes.length))).toBe(true)
}

async function readWith(
  resumableStream: OpenStream,
  faulty: FaultServer,
  options: StreamOptions = {},
) {
  const events: ClientEvent[] = []
  const onEvent = (event: ClientEvent) => void events.push(event)
  const stream = await resumableStream(`${faulty.server.url}/f`, {
    onEvent,
    retryFor: 5000,
    ...options,
  })
  const chunks: Uint8Array[] = []
  let error: unknown
  try {
    for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>)
      chunks.push(chunk)
  } catch (thrown) {
    error = thrown
  }
  return { ...stream, bytes: Buffer.concat(chunks), error, events }
}

describe.each<[string, OpenStream]>([
  ['Node', byNode],
  ['fetch', byFetch],
])('resumableStream by %s', (_platform, resumableStream) => {
  const read = (faulty: FaultServer, options?: StreamOptions) =>
    readWith(resumableStream, faulty, options)
  it.each<[string, FaultRule[]]>([
    ['nothing', []],
    ['cuts', [1, 70_000, 300_000, 999_999].map((at) => ({ fault: { kind: 'truncate', at } }))],
    ['a cut after the header section', [{ fault: { kind: 'truncate', at: 0 }, times: 3 }]],
    ['resets', [100, 500_000].map((at) => ({ fault: { kind: 'connection-reset', at } }))],
    ['no response at all', [{ fault: { kind: 'empty-response' }, times: 2 }]],
    [
      '503 at first and in between',
      [
        { fault: { kind: 'status', status: 503, retryAfter: 0 }, times: 2 },
        { fault: { kind: 'truncate', at: 7 } },
        { match: { attempt: 4 }, fault: { kind: 'status', status: 503 } },
      ],
    ],
    ['a stall', [{ fault: { kind: 'stall', at: 5000 } }]],
    [
      'a malformed chunk',
      [{ match: { attempt: 1 }, fault: { kind: 'malformed-chunk', at: 5000 } }],
    ],
    [
      'a server that ignores ranges once',
      [
        { fault: { kind: 'truncate', at: 5000 } },
        { match: { attempt: 2 }, fault: { kind: 'ignore-range' } },
      ],
    ],
    [
      'a body of unknown length that is cut',
      [{ match: { attempt: 1 }, fault: [{ kind: 'chunked' }, { kind: 'truncate', at: 5000 }] }],
    ],
    ['a source that fails', [{ fault: { kind: 'source-error', at: 5000 } }]],
  ])('yields all bytes through %s', async (_what, rules) => {
    await using faulty = await FaultServer.start()
    faulty.faults.armAll(rules)
    const { bytes, error, size, etag } = await read(faulty, { stall: 300 })
    expect(error).toBeUndefined()
    expect(bytes.equals(CONTENT)).toBe(true)
    if (size !== undefined) expect(size).toBe(CONTENT.length)
    expect(etag).toMatch(/^"/)
  })

  it.each<[string, FaultRule]>([
    ['another ETag', { match: { attempt: 2 }, fault: { kind: 'etag-flip' } }],
    ['other bytes', { match: { attempt: 2 }, fault: { kind: 'content-change' } }],
  ])('ends with REPRESENTATION_CHANGED for %s at a retry', async (_what, rule) => {
    await using faulty = await FaultServer.start()
    faulty.faults.armAll([{ fault: { kind: 'truncate', at: 5000 } }, rule])
    const { bytes, error } = await read(faulty)
    expect(error).toMatchObject({ code: 'REPRESENTATION_CHANGED' })
    expectHeadOf(bytes)
  })

  it.each<[string, FaultRule]>([
    ['a flipped bit', { fault: { kind: 'corrupt', at: 5000 } }],
    ['a body that ends early but looks complete', { fault: { kind: 'end-early', at: 5000 } }],
    [
      'a change of content under the same ETag',
      { fault: { kind: 'content-change', etag: 'kept' } },
    ],
  ])('ends with DIGEST_MISMATCH for %s', async (_what, rule) => {
    await using faulty = await FaultServer.start()
    const honest = await read(faulty)
    expect(honest.error).toBeUndefined()
    expect(honest.digests).toEqual([{ algorithm: 'sha-256', hex: HEX }])
    faulty.faults.arm(rule)
    expect((await read(faulty)).error).toMatchObject({ code: 'DIGEST_MISMATCH' })
  })

  it("checks the caller's checksum, and keeps to limitRate", async () => {
    await using faulty = await FaultServer.start()
    const hex = createHash('sha512').update(CONTENT).digest('hex')
    const began = performance.now()
    const right = { algorithm: 'sha-512', hex } as const
    const { error } = await read(faulty, { checksum: right, limitRate: 4_000_000 })
    expect(error).toBeUndefined()
    expect(performance.now() - began).toBeGreaterThan(200)
    const wrong = { algorithm: 'sha-512', hex: '0'.repeat(128) } as const
    expect((await read(faulty, { checksum: wrong })).error).toMatchObject({
      code: 'DIGEST_MISMATCH',
      facts: { wanted: wrong.hex, received: hex },
    })
  })

  it('appends no byte of a 206 with another position', async () => {
    await using faulty = await FaultServer.start()
    faulty.faults.armAll([
      { fault: { kind: 'truncate', at: 5000 } },
      { match: { range: 'present' }, fault: { kind: 'wrong-content-range' } },
    ])
    const { bytes, error } = await read(faulty)
    expect(error).toMatchObject({ code: 'REPRESENTATION_CHANGED' })
    expectHeadOf(bytes)
  })

  it('ends with GAVE_UP after retryFor without progress', async () => {
    await using faulty = await FaultServer.start()
    faulty.faults.armAll([
      { match: { range: 'present' }, fault: { kind: 'empty-response' } },
      { fault: { kind: 'truncate', at: 5000 } },
    ])
    const { bytes, error, events } = await read(faulty, { retryFor: 1500 })
    expect(error).toMatchObject({ code: 'GAVE_UP', facts: { offset: bytes.length } })
    expectHeadOf(bytes)
    // The number of further events is random: each wait is drawn from its whole range.
    expect(events[0]).toMatchObject({ type: 'retry', tries: 1, offset: bytes.length })
  })

  it('ends with REFUSED at once for a final status', async () => {
    await using faulty = await FaultServer.start()
    await expect(resumableStream(`${faulty.server.url}/none`)).rejects.toMatchObject({
      code: 'REFUSED',
      facts: { status: 404 },
    })
  })

  it('takes bytes that it has already for no progress, by a server without ranges that always cuts', async () => {
    await using faulty = await FaultServer.start()
    faulty.faults.armAll([
      { fault: { kind: 'ignore-range' } },
      { fault: { kind: 'truncate', at: 5000 } },
    ])
    const { error } = await read(faulty, { retryFor: 600 })
    expect(error).toMatchObject({ code: 'GAVE_UP' })
  })

  it('closes its connection at once when it is cancelled or aborted', async () => {
    await using faulty = await FaultServer.start()
    faulty.faults.arm({ fault: { kind: 'stall', at: 5000 } })
    const { body } = await resumableStream(`${faulty.server.url}/f`)
    const reader = body.getReader()
    await reader.read()
    await reader.cancel()
    await faulty.faults.settled()
    const abort = new AbortController()
    const second = await resumableStream(`${faulty.server.url}/f`, { signal: abort.signal })
    const reading = second.body.getReader()
    await reading.read()
    const waiting = reading.read()
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await faulty.faults.settled()
    expect(faulty.faults.journal().map(({ ended }) => ended)).toEqual(['left', 'left'])
  })
})
