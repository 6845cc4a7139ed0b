import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { loadSdk, S3Client } from '../../../src/source/s3/s3-client.js'
import { settleS3 } from '../../../src/source/s3/s3-options.js'
import { textAndError } from '../../fixture/bodies.js'
import { FakeBucket, s3Exception } from '../../fixture/fake-bucket.js'

const { signal } = new AbortController()

function clientOf(bucket: FakeBucket) {
  return new S3Client(settleS3({ client: bucket, bucket: 'b', prefix: 'p', stall: 50 }))
}

describe('S3Client', () => {
  it('sends HEAD and GET with the key below the prefix, the version, If-Match and Range', async () => {
    const bucket = new FakeBucket({ Body: Readable.from([]) })
    const client = clientOf(bucket)
    const subject = { key: 'k', versionId: 'v', etag: '"a"', range: 'bytes=0-1' }
    await client.head({ key: 'k' }, signal)
    await client.get(subject, signal)
    expect(bucket.sent.map(({ name, input }) => [name, input])).toEqual([
      [
        'HeadObjectCommand',
        { Bucket: 'b', Key: 'p/k', VersionId: undefined, IfMatch: undefined, Range: undefined },
      ],
      [
        'GetObjectCommand',
        { Bucket: 'b', Key: 'p/k', VersionId: 'v', IfMatch: '"a"', Range: 'bytes=0-1' },
      ],
    ])
  })

  it('requests a page of a listing', async () => {
    const bucket = new FakeBucket({ KeyCount: 0 })
    await clientOf(bucket).list('d/', { most: 7, after: 'token' }, signal)
    expect(bucket.sent[0]).toMatchObject({
      name: 'ListObjectsV2Command',
      input: {
        Bucket: 'b',
        Prefix: 'p/d/',
        Delimiter: '/',
        MaxKeys: 7,
        ContinuationToken: 'token',
      },
    })
  })

  it('returns the chunks of a body', async () => {
    const bucket = new FakeBucket({
      ETag: '"a"',
      Body: Readable.from([Buffer.from('ab'), Buffer.from('c')]),
    })
    const { object, body } = await clientOf(bucket).get({ key: 'k' }, signal)
    expect(object.ETag).toBe('"a"')
    expect(await textAndError(body)).toEqual({ text: 'abc', error: undefined })
  })

  it('aborts the request of a body that is released before its end', async () => {
    const stream = new Readable({ read() {} })
    const bucket = new FakeBucket({ Body: stream })
    const { body } = await clientOf(bucket).get({ key: 'k' }, signal)
    expect(bucket.sent[0]?.signal?.aborted).toBe(false)
    await body.return?.()
    expect(bucket.sent[0]?.signal?.aborted).toBe(true)
    stream.destroy(new Error('aborted'))
    await new Promise(setImmediate)
  })

  it('treats a response without a body as an empty one', async () => {
    const { body } = await clientOf(new FakeBucket({})).get({ key: 'k' }, signal)
    expect(await textAndError(body)).toEqual({ text: '', error: undefined })
  })

  it('throws SOURCE_TIMEOUT without a response in time, and aborts the request', async () => {
    const bucket = new FakeBucket('hang')
    await expect(clientOf(bucket).head({ key: 'k' }, signal)).rejects.toMatchObject({
      code: 'SOURCE_TIMEOUT',
      facts: { proxyError: 'http_response_timeout' },
    })
    expect(bucket.sent[0]?.signal?.aborted).toBe(true)
  })

  it('throws failures of the store as s3Failure returns them', async () => {
    const bucket = new FakeBucket(s3Exception('NoSuchKey', 404))
    await expect(clientOf(bucket).head({ key: 'k' }, signal)).rejects.toMatchObject({
      code: 'REFUSED',
      facts: { s3: 'absent' },
    })
  })

  it("rejects with the signal's reason", async () => {
    const controller = new AbortController()
    const requested = clientOf(new FakeBucket('hang')).head({ key: 'k' }, controller.signal)
    controller.abort(new Error('aborted'))
    await expect(requested).rejects.toThrow('aborted')
  })
})

it('loadSdk loads the commands of the SDK', async () => {
  expect(await loadSdk()).toHaveProperty('GetObjectCommand')
})
