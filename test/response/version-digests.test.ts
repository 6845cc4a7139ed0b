import { describe, expect, it } from 'vitest'
import type { Transfer } from '../../src/delivery/transfer.js'
import { VersionDigests, versionOf } from '../../src/response/version-digests.js'
import type { DigestCache, DigestSubject } from '../../src/source/digest/digest-cache.js'

const FACTS = { name: 'f', contentType: 'text/plain', size: 100, etag: '"v1"' }
const LIMITS = { digestLimit: 50, digestMaximum: 1000 }
const TRANSFER = {
  signal: new AbortController().signal,
  subject: { client: undefined },
  peer: {},
} as unknown as Transfer

/** A cache that notes what it is asked for; it knows one digest. */
function recording(known?: Pick<DigestSubject, 'algorithm'>) {
  const calls: string[] = []
  const note = (how: string, { slice, algorithm }: DigestSubject) => {
    calls.push(`${how} ${algorithm} ${slice.start}-${slice.end}`)
  }
  const cache = {
    known: ({ algorithm }: DigestSubject) =>
      algorithm === known?.algorithm ? Buffer.from('known') : undefined,
    compute: async (subject: DigestSubject) => {
      note('now', subject)
      return Buffer.from('computed')
    },
    computeInBackground: (subject: DigestSubject) => note('later', subject),
  } as unknown as DigestCache
  return { cache, calls }
}

function digestsOf(cache: DigestCache, facts: object = {}) {
  return new VersionDigests(versionOf('f', { ...FACTS, ...facts }, '"v1"'), cache, TRANSFER)
}

describe('VersionDigests', () => {
  it.each([
    ['a small slice', { start: 5, end: 55 }, 'computed', ['now sha-256 5-55']],
    ['a larger slice', { start: 5, end: 56 }, undefined, []],
  ])('computes the digest of %s at once or never', async (_of, slice, expected, calls) => {
    const recorded = recording()
    const digest = await digestsOf(recorded.cache).of(slice, 'sha-256', LIMITS)
    expect(digest && String(digest)).toBe(expected)
    expect(recorded.calls).toEqual(calls)
  })

  it('computes the digest of a larger whole in the background, up to digestMaximum', async () => {
    const recorded = recording()
    const digests = digestsOf(recorded.cache)
    expect(await digests.of(digests.whole, 'sha-512', LIMITS)).toBeUndefined()
    const limits = { digestLimit: 50, digestMaximum: 99 }
    expect(await digests.of(digests.whole, 'sha-512', limits)).toBeUndefined()
    expect(recorded.calls).toEqual(['later sha-512 0-100'])
  })

  it('takes the digest that the source supplies, and one that is cached', async () => {
    const { cache, calls } = recording({ algorithm: 'sha-512' })
    const digests = digestsOf(cache, { digest: { algorithm: 'sha-256', hex: 'ab' } })
    expect(await digests.of(digests.whole, 'sha-256', LIMITS)).toEqual(Buffer.from([0xab]))
    expect(String(await digests.of(digests.whole, 'sha-512', LIMITS))).toBe('known')
    expect(digests.known()).toEqual({ algorithm: 'sha-512', bytes: Buffer.from('known') })
    expect(digestsOf(recording().cache).known()).toBeUndefined()
    expect(calls).toEqual([])
  })
})
