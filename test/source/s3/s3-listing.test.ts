import { describe, expect, it } from 'vitest'
import { S3Client } from '../../../src/source/s3/s3-client.js'
import { listBucket, MOST_ENTRIES } from '../../../src/source/s3/s3-listing.js'
import { settleS3 } from '../../../src/source/s3/s3-options.js'
import { FakeBucket } from '../../fixture/fake-bucket.js'

const { signal } = new AbortController()
const clientOf = (bucket: FakeBucket) => new S3Client(settleS3({ client: bucket, bucket: 'b' }))

describe('listBucket', () => {
  it('lists folders and objects, without the prefix', async () => {
    const bucket = new FakeBucket({
      Prefix: 'd/',
      CommonPrefixes: [{ Prefix: 'd/sub/' }],
      Contents: [{ Key: 'd/f', Size: 5, LastModified: new Date(1000) }, { Key: 'd/g' }],
    })
    expect(await listBucket(clientOf(bucket), 'd/', signal)).toEqual([
      { name: 'sub', kind: 'directory', size: 0, lastModified: 0 },
      { name: 'f', kind: 'file', size: 5, lastModified: 1000 },
      { name: 'g', kind: 'file', size: 0, lastModified: 0 },
    ])
  })

  it.each(['', '.', '..', 'a\0'])('leaves out the name %j, which no URL has', async (name) => {
    const bucket = new FakeBucket({
      Prefix: 'd/',
      Contents: [{ Key: `d/${name}` }, { Key: 'd/f' }],
    })
    const entries = await listBucket(clientOf(bucket), 'd/', signal)
    expect(entries.map(({ name }) => name)).toEqual(['f'])
  })

  it('reads all pages', async () => {
    const bucket = new FakeBucket(
      { Contents: [{ Key: 'a' }], IsTruncated: true, NextContinuationToken: '2' },
      { Contents: [{ Key: 'b' }], IsTruncated: false },
    )
    const entries = await listBucket(clientOf(bucket), '', signal)
    expect(entries.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(bucket.sent.map(({ input }) => input.ContinuationToken)).toEqual([undefined, '2'])
  })

  it('ends after its most entries', async () => {
    const Contents = Array.from({ length: 3000 }, (_none, index) => ({ Key: `f${index}` }))
    const bucket = new FakeBucket({ Contents, IsTruncated: true, NextContinuationToken: 'more' })
    expect(await listBucket(clientOf(bucket), '', signal)).toHaveLength(MOST_ENTRIES)
    expect(bucket.sent).toHaveLength(4)
  })

  it('counts only the entries that are listed', async () => {
    const bucket = new FakeBucket(
      { Contents: [{ Key: '.a' }, { Key: '..' }], IsTruncated: true, NextContinuationToken: '2' },
      { Contents: [{ Key: 'b' }, { Key: 'c' }, { Key: 'd' }], IsTruncated: false },
    )
    const isListed = (name: string) => name !== '.a'
    const entries = await listBucket(clientOf(bucket), '', signal, { most: 2, isListed })
    expect(entries.map(({ name }) => name)).toEqual(['b', 'c'])
  })
})
