import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeHash } from '../../../src/client/platform/node-hash.js'
import { FrameChecker } from '../../../src/client/stream/frame-checker.js'
import { formatDigest } from '../../../src/http/digest-fields.js'
import type { Frame } from '../../../src/http/frame.js'
import { pattern } from '../../fixture/files.js'
import { sha256 } from '../../fixture/sha256.js'

const CONTENT = pattern(100)
const ETAG = '"v1"'

const fromStart = (query = '') => new FrameChecker({ hash: nodeHash('sha-256'), query })
const afterId = (lastEventId: string) => new FrameChecker({ lastEventId })

const data = (start: number, end: number, content = CONTENT): Frame => ({
  type: 'data',
  offset: start,
  chunk: content.subarray(start, end).toString('base64'),
})
const row = (offset: number, value: unknown): Frame => ({ type: 'data', offset, row: value })
const end = (size: number, digest?: string): Frame => ({
  type: 'end',
  size,
  ...(digest !== undefined && { digest }),
})
const digestOf = (bytes: Uint8Array) =>
  formatDigest('sha-256', Buffer.from(sha256(bytes).hex, 'hex'))

const FAILURE: Frame = {
  type: 'error',
  error: {
    type: 'source_error',
    message: 'The source failed.',
    code: 500,
    timestamp: '2026-01-01T00:00:00.000Z',
    retryable: true,
    offset: 5,
  },
}

describe('FrameChecker from the start of a stream', () => {
  it('passes on bytes in order, and accepts their size and digest', () => {
    const frames = fromStart()
    frames.begin(ETAG)
    expect(frames.take(data(0, 60))).toEqual([
      {
        kind: 'item',
        item: { type: 'data', offset: 0, bytes: new Uint8Array(CONTENT.subarray(0, 60)) },
      },
    ])
    expect(frames.next).toBe(60)
    frames.take(data(60, 100))
    const digest = digestOf(CONTENT)
    expect(frames.take(end(100, digest))).toEqual([
      { kind: 'item', item: { type: 'end', size: 100, digest } },
      { kind: 'end' },
    ])
  })

  it('starts at the offset that a query selects', () => {
    const frames = fromStart('?encoding=base64&start=40')
    frames.begin(ETAG)
    frames.take(data(40, 50))
    expect(frames.take(end(10, digestOf(CONTENT.subarray(40, 50)))).at(-1)).toEqual({
      kind: 'end',
    })
  })

  it.each<[string, Frame, number[]]>([
    ['', data(40, 50), [0]],
    ['', row(1, 'b'), [0]],
    ['?end=50', data(1, 50), [0]],
    ['?restart=40', data(40, 50), [0]],
    ['?start=40', data(0, 50), [40]],
    ['?start=40', data(41, 50), [40]],
    ['?start=40', row(41, 'b'), [0, 40]],
    ['?start=40&follow=1', data(39, 50), [40]],
  ])('with the query "%s" fails for the first frame %j', (query, frame, expected) => {
    const frames = fromStart(query)
    frames.begin(ETAG)
    const what = `expected a frame with offset ${expected.join(' or ')};`
    expect(frames.take(frame)).toMatchObject([
      { kind: 'failed', error: { code: 'ANSWER_BROKEN', message: expect.stringContaining(what) } },
    ])
    expect(frames.next).toBeUndefined()
  })

  it.each([0, 40])(
    'takes rows from %i on of an application that reads "start" itself',
    (offset) => {
      const frames = fromStart('?start=40')
      frames.begin(undefined)
      expect(frames.take(row(offset, 'a'))[0]?.kind).toBe('item')
    },
  )

  it('compares the versions in the ids where the ETag is lost on its way', () => {
    const frames = fromStart()
    frames.begin(undefined)
    expect(frames.take(data(0, 60), '"v1":60')[0]?.kind).toBe('item')
    frames.begin(undefined)
    expect(frames.take(data(60, 80), '"v2":80')).toMatchObject([
      { kind: 'failed', error: { code: 'REPRESENTATION_CHANGED', facts: { offset: 60 } } },
    ])
    expect(frames.take(data(60, 80), '"v1":80')[0]?.kind).toBe('item')
  })

  it.each<[string, string | undefined, Frame, string, boolean]>([
    ['bytes with an ETag', ETAG, data(0, 60), '', true],
    ['bytes with ids that name the version', undefined, data(0, 60), '"v1":60', true],
    ['bytes with other ids', undefined, data(0, 60), '7', false],
    ['rows', undefined, row(0, 'a'), '7', true],
  ])('knows whether another version of %s would be noticed', (_what, etag, frame, id, known) => {
    const frames = fromStart()
    frames.begin(etag)
    frames.take(frame, id)
    expect(frames.isIdentified).toBe(known)
  })

  it('counts text in bytes', () => {
    const frames = fromStart()
    frames.begin(ETAG)
    const [step] = frames.take({ type: 'data', offset: 0, chunk: 'é€', encoding: 'utf-8' })
    expect(step).toMatchObject({ item: { bytes: new TextEncoder().encode('é€') } })
    expect(frames.next).toBe(5)
  })

  it('passes on rows in order', () => {
    const frames = fromStart()
    frames.begin(undefined)
    expect(frames.take(row(0, null))).toEqual([
      { kind: 'item', item: { type: 'data', offset: 0, row: null } },
    ])
    frames.take(row(1, { n: 1 }))
    expect(frames.take(end(2)).at(-1)).toEqual({ kind: 'end' })
  })

  it.each<[string, Frame | undefined, RegExp]>([
    ['a gap', data(61, 70), /expected a frame with offset 60; received offset 61/],
    ['a duplicate', data(0, 60), /expected a frame with offset 60; received offset 0/],
    ['data that is not a frame', undefined, /expected a frame; received other data/],
  ])(
    'fails with ANSWER_BROKEN for %s, and continues at the same offset',
    (_what, frame, message) => {
      const frames = fromStart()
      frames.begin(ETAG)
      frames.take(data(0, 60))
      expect(frames.take(frame)).toMatchObject([
        {
          kind: 'failed',
          error: { code: 'ANSWER_BROKEN', message: expect.stringMatching(message) },
        },
      ])
      expect(frames.next).toBe(60)
      expect(frames.take(data(60, 100))[0]?.kind).toBe('item')
    },
  )

  it.each<[string, Frame]>([
    ['another size', end(99)],
    ['another digest', end(100, digestOf(CONTENT.subarray(1)))],
  ])('fails with DIGEST_MISMATCH for %s', (_what, frame) => {
    const frames = fromStart()
    frames.begin(ETAG)
    frames.take(data(0, 100))
    expect(frames.take(frame)).toMatchObject([
      { kind: 'failed', error: { code: 'DIGEST_MISMATCH' } },
    ])
  })

  it.each([undefined, 'sha-512=:AAAA:', 'x'])('accepts an end whose digest is %s', (digest) => {
    const frames = fromStart()
    frames.begin(ETAG)
    frames.take(data(0, 100))
    expect(frames.take(end(100, digest)).at(-1)).toEqual({ kind: 'end' })
  })

  it('throws for base64 that is invalid, and continues at the same offset', () => {
    const frames = fromStart()
    frames.begin(ETAG)
    frames.take(data(0, 60))
    expect(() => frames.take({ type: 'data', offset: 60, chunk: '%' })).toThrow()
    expect(frames.next).toBe(60)
  })

  it('passes on no heartbeat, and reports an error frame as a StreamError', () => {
    const frames = fromStart()
    frames.begin(ETAG)
    expect(frames.take({ type: 'heartbeat' })).toEqual([])
    expect(frames.take(FAILURE)).toMatchObject([
      { kind: 'failed', error: { code: 'STREAM_FAILED', type: 'source_error', retryable: true } },
    ])
  })

  it.each([
    ['another entity tag', '"v2"'],
    ['a weak entity tag', 'W/"v1"'],
    ['no entity tag', undefined],
  ])('throws REPRESENTATION_CHANGED when it continues with %s', (_what, field) => {
    const frames = fromStart()
    frames.begin(ETAG)
    frames.take(data(0, 60))
    expect(() => frames.begin(field)).toThrow(
      expect.objectContaining({ code: 'REPRESENTATION_CHANGED', facts: { offset: 60 } }),
    )
  })

  it('accepts any version for each connection until the first frame', () => {
    const frames = fromStart()
    frames.begin('"v1"')
    frames.begin('"v2"')
    expect(frames.etag).toBe('"v2"')
    expect(frames.take(data(0, 10))[0]?.kind).toBe('item')
  })

  it('gives each byte once through connections that repeat or skip frames', () => {
    const anyFrames = fc.array(fc.tuple(fc.nat(99), fc.integer({ min: 1, max: 30 })), {
      maxLength: 20,
    })
    fc.assert(
      fc.property(anyFrames, (slices) => {
        const frames = fromStart()
        frames.begin(ETAG)
        frames.take(data(0, 1))
        let received = CONTENT.subarray(0, 1)
        for (const [start, length] of slices) {
          for (const step of frames.take(data(start, Math.min(100, start + length)))) {
            if (step.kind !== 'item' || !('bytes' in step.item)) continue
            received = Buffer.concat([received, step.item.bytes])
          }
        }
        expect(received.equals(CONTENT.subarray(0, received.length))).toBe(true)
      }),
    )
  })
})

describe('FrameChecker after an id', () => {
  it('accepts the frames that follow the id, and checks neither size nor digest', () => {
    const frames = afterId(`${ETAG}:60`)
    frames.begin(ETAG)
    expect(frames.take(data(60, 100))[0]?.kind).toBe('item')
    expect(frames.take(end(100, digestOf(CONTENT)))).toMatchObject([
      { kind: 'item', item: { type: 'end', size: 100 } },
      { kind: 'end' },
    ])
  })

  it.each([0, 59, 61])('fails for the offset %i of a server that ignores the id', (offset) => {
    const frames = afterId(`${ETAG}:60`)
    frames.begin(ETAG)
    expect(frames.take(data(offset, 100))).toMatchObject([
      { kind: 'failed', error: { code: 'ANSWER_BROKEN' } },
    ])
  })

  it.each<[string, Frame]>([
    ['data', data(60, 100)],
    ['end', end(100)],
  ])('fails with REPRESENTATION_CHANGED for a %s frame of another version', (_what, frame) => {
    const frames = afterId(`${ETAG}:60`)
    frames.begin('"v2"')
    expect(frames.take(frame)).toMatchObject([
      { kind: 'failed', error: { code: 'REPRESENTATION_CHANGED', facts: { offset: 60 } } },
    ])
  })

  it('passes on the error frame in which a server reports the other version', () => {
    const frames = afterId(`${ETAG}:60`)
    frames.begin('"v2"')
    expect(frames.take(FAILURE)).toMatchObject([
      { kind: 'failed', error: { code: 'STREAM_FAILED' } },
    ])
  })

  it('accepts any row after an id of the application, which names no byte', () => {
    const frames = afterId('order-17')
    frames.begin(undefined)
    expect(frames.take(row(5, 'x'))[0]?.kind).toBe('item')
  })

  it.each(['order-17', '"v1":x', '"v1":60:end'])('accepts no bytes after the id %s', (id) => {
    const frames = afterId(id)
    frames.begin(ETAG)
    expect(frames.take(data(0, 50))).toMatchObject([
      {
        kind: 'failed',
        error: { code: 'REFUSED', message: expect.stringContaining('"etag":1024') },
      },
    ])
  })
})
