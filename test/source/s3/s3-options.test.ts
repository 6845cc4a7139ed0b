import { describe, expect, it } from 'vitest'
import { settleS3 } from '../../../src/source/s3/s3-options.js'

class Client {
  async send() {}
}

const client = new Client()
const REQUIRED = { client, bucket: 'films' }

describe('settleS3', () => {
  it('returns the defaults for a bucket, with the client itself', () => {
    const { retryPolicy, ...settings } = settleS3(REQUIRED)
    expect(settings).toEqual({
      client,
      bucket: 'films',
      prefix: '',
      factsFor: 1_000,
      versions: 'current',
      dotfiles: 'ignore',
    })
    expect(settings.client).toBe(client)
    expect(retryPolicy).toMatchObject({ stall: 10_000, retryFor: 60_000, openFor: 10_000 })
  })

  it.each([
    ['', ''],
    ['media', 'media/'],
    ['media/', 'media/'],
    ['/media/a', 'media/a/'],
    ['/', ''],
  ])('settles the prefix %j as %j', (prefix, settled) => {
    expect(settleS3({ ...REQUIRED, prefix }).prefix).toBe(settled)
  })

  it.each([
    [
      { bucket: 'films' },
      'client: expected an S3Client: an object with a method "send"; received undefined',
    ],
    [
      { client: {}, bucket: 'films' },
      'client: expected an S3Client: an object with a method "send"; received {}',
    ],
    [{ client }, 'bucket: expected a non-empty string; received undefined'],
    [{ ...REQUIRED, bucket: '' }, 'bucket: expected a non-empty string; received ""'],
    [{ ...REQUIRED, versions: 'all' }, 'versions: expected "current" or "asked"; received "all"'],
    [
      { ...REQUIRED, readAhead: 0 },
      'readAhead: expected a whole number of bytes, 1 or more; received 0',
    ],
    [
      { ...REQUIRED, factsfor: 1 },
      'factsfor: unknown option; did you mean factsFor? known options: stall, retryFor, openFor, readAhead, client, bucket, prefix, factsFor, versions, dotfiles',
    ],
    [undefined, 'client: expected an S3Client: an object with a method "send"; received undefined'],
    [null, 'options: expected an object; received null'],
  ])('refuses %o', (options, message) => {
    expect(() => settleS3(options)).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING', message }),
    )
  })
})
