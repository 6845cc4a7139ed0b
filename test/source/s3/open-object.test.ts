import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { OpenRequest } from '../../../src/source/byte-source.js'
import { type CachedFacts, openObject } from '../../../src/source/s3/open-object.js'
import { S3Client } from '../../../src/source/s3/s3-client.js'
import { settleS3 } from '../../../src/source/s3/s3-options.js'
import { textAndError } from '../../fixture/bodies.js'
import { FakeBucket, s3Exception } from '../../fixture/fake-bucket.js'

const { signal } = new AbortController()
const MODIFIED = new Date(1000)
const OBJECT = { ETag: '"v1"', LastModified: MODIFIED, ContentLength: 5 }
const whole = () => ({ ...OBJECT, Body: Readable.from([Buffer.from('hello')]) })
const partOf = (start: number, end: number, more: object = {}) => ({
  ...OBJECT,
  ContentLength: end - start,
  ContentRange: `bytes ${start}-${end - 1}/5`,
  Body: Readable.from([Buffer.from('hello'.slice(start, end))]),
  ...more,
})

/** Opens `d/f.txt` in a bucket with these replies. */
async function open(
  request: OpenRequest,
  replies: (object | Error)[],
  { cached, versionId }: { cached?: CachedFacts; versionId?: string } = {},
) {
  const bucket = new FakeBucket(...replies)
  const settings = settleS3({ client: bucket, bucket: 'b', retryFor: 0 })
  const store = new S3Client(settings)
  const { retryPolicy } = settings
  const opening = { store, retryPolicy, key: 'd/f.txt', versionId, request, cached }
  return { ...(await openObject(opening, signal)), sent: bucket.sent }
}

describe('openObject', () => {
  it('takes facts and bytes of a GET from one response', async () => {
    const { representation, sent } = await open({ method: 'GET' }, [whole()])
    expect(representation.facts).toMatchObject({
      name: 'f.txt',
      size: 5,
      etag: '"v1"',
      lastModified: 1000,
      contentType: expect.stringContaining('text/plain'),
    })
    const { text } = await textAndError(representation.read({ start: 0, end: 5 }, signal))
    expect([text, sent.length]).toEqual(['hello', 1])
  })

  it.each<[string, OpenRequest, string[]]>([
    ['HEAD', { method: 'HEAD' }, ['HeadObjectCommand']],
    [
      'a GET with a precondition',
      { method: 'GET', fields: { 'if-none-match': '"v1"' } },
      ['HeadObjectCommand'],
    ],
    ['several ranges', { method: 'GET', range: 'bytes=0-1,3-4' }, ['HeadObjectCommand']],
    ['a GET', { method: 'GET' }, ['GetObjectCommand']],
    ['one range', { method: 'GET', range: 'bytes=0-1' }, ['GetObjectCommand']],
  ])('of %s sends %j', async (_what, request, names) => {
    const { sent } = await open(request, [request.range === 'bytes=0-1' ? partOf(0, 2) : whole()])
    expect(sent.map(({ name }) => name)).toEqual(names)
  })

  it('requests the facts after a range that is not satisfiable', async () => {
    const replies = [s3Exception('InvalidRange', 416), OBJECT]
    const { representation, sent } = await open({ method: 'GET', range: 'bytes=9-' }, replies)
    expect(representation.facts.size).toBe(5)
    expect(sent.map(({ name }) => name)).toEqual(['GetObjectCommand', 'HeadObjectCommand'])
  })

  it('pins the bytes to cached facts, and sends no HEAD for them', async () => {
    const { facts: cached } = await open({ method: 'HEAD' }, [OBJECT])
    const { sent } = await open({ method: 'GET' }, [whole()], { cached })
    expect(sent[0]?.input.IfMatch).toBe('"v1"')
    expect((await open({ method: 'HEAD' }, [OBJECT], { cached })).sent).toEqual([])
  })

  it.each([
    ['application/octet-stream', 'text/plain'],
    ['binary/octet-stream', 'text/plain'],
    [undefined, 'text/plain'],
    ['video/mp4', 'video/mp4'],
  ])('of an object with the type %s has the type %s', async (ContentType, expected) => {
    const { representation } = await open({ method: 'HEAD' }, [{ ...OBJECT, ContentType }])
    expect(representation.facts.contentType).toContain(expected)
  })

  it('passes on the metadata that the store has, and no weak tag', async () => {
    const metadata = {
      ...OBJECT,
      ETag: 'W/"v1"',
      CacheControl: 'max-age=1',
      ContentDisposition: '',
    }
    const { facts } = (await open({ method: 'HEAD' }, [metadata])).representation
    expect([facts.etag, facts.fields]).toEqual([undefined, { 'cache-control': 'max-age=1' }])
  })

  it('names a version by its query, and reads of it', async () => {
    const object = { ...partOf(0, 2), VersionId: 'v 1' }
    const replies = [object, partOf(2, 5)]
    const request = { method: 'GET', range: 'bytes=0-1' } as const
    const { representation, sent } = await open(request, replies, { versionId: 'v 1' })
    expect(representation.facts.query).toBe('?versionId=v%201')
    await textAndError(representation.read({ start: 2, end: 5 }, signal))
    expect(sent[1]?.input).toMatchObject({ VersionId: 'v 1', IfMatch: '"v1"', Range: 'bytes=2-4' })
  })

  it.each<[string, object, string]>([
    ['another tag', partOf(2, 5, { ETag: '"v2"' }), 'REPRESENTATION_CHANGED'],
    ['another size', partOf(2, 5, { ContentRange: 'bytes 2-4/6' }), 'REPRESENTATION_CHANGED'],
    ['other bytes', partOf(1, 4), 'REFUSED'],
    ['412', s3Exception('PreconditionFailed', 412), 'REPRESENTATION_CHANGED'],
  ])('appends no byte of a response with %s', async (_what, reply, code) => {
    const { representation } = await open({ method: 'GET', range: 'bytes=0-1' }, [
      partOf(0, 2),
      reply,
    ])
    const outcome = await textAndError(representation.read({ start: 2, end: 5 }, signal))
    expect([outcome.text, outcome.error?.code]).toEqual(['', code])
  })

  it('throws SOURCE_FAILED for an object without a size', async () => {
    const replies = [{ ETag: '"v1"' }]
    await expect(open({ method: 'HEAD' }, replies)).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
  })
})
