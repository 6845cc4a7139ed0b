import { describe, expect, it } from 'vitest'
import { isBucket, openBucket } from '../../src/cli/open-bucket.js'
import { readEnvironment } from '../../src/cli/settings/environment.js'

describe('openBucket', () => {
  it.each([
    ['s3://media', true],
    ['s3://', true],
    ['media', false],
    ['./s3://media', false],
  ])('isBucket(%j) is %s', (root, expected) => expect(isBucket(root)).toBe(expected))

  it.each([
    ['s3://media', {}],
    ['s3://media/films/new', { S3_ENDPOINT: 'http://127.0.0.1:9000', S3_REGION: 'eu-central-1' }],
  ])('opens %s with %j', async (root, environment) => {
    const source = await openBucket(root, readEnvironment({}, environment))
    expect(source.open).toBeTypeOf('function')
    await source.close?.()
  })

  it.each<[string, Record<string, string>, RegExp]>([
    [
      's3://',
      {},
      /^MEDIA_ROOT: expected s3:\/\/bucket or s3:\/\/bucket\/prefix; received "s3:\/\/"$/,
    ],
    ['s3:///prefix', {}, /^MEDIA_ROOT: expected s3:\/\/bucket/],
    ['s3://b', { S3_ENDPOINT: 'here' }, /^S3_ENDPOINT: expected a URL .*; received "here"$/],
    ['s3://b', { S3_ENDPOINT: 'http://[' }, /^S3_ENDPOINT: expected a URL/],
    ['s3://b', { S3_ENDPOINT: 'ftp://h' }, /^S3_ENDPOINT: expected a URL/],
    ['s3://b', { S3_REGION: 'a b' }, /^S3_REGION: expected a name/],
  ])('refuses %s with %j', async (root, environment, message) => {
    const opening = openBucket(root, readEnvironment({}, environment))
    await expect(opening).rejects.toThrow(message)
    await expect(opening).rejects.toMatchObject({ code: 'BAD_SETTING' })
  })
})
