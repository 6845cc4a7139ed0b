import { describe, expect, it } from 'vitest'
import type { Version } from '../../../src/fault/fault.js'
import { etagFlip } from '../../../src/fault/kinds/etag-flip.js'
import { bytesIn, sceneOf } from '../../fixture/fault-scene.js'

const version: Version = {
  etag: '"a"',
  lastModified: 90_000,
  digests: 'sent',
  read: () => bytesIn(2),
}

describe('The fault etag-flip', () => {
  it('replaces the validators, and keeps bytes and digests', () => {
    const scene = sceneOf()
    const selected = etagFlip.select?.({ kind: 'etag-flip' }, version, scene)
    expect(selected).toEqual({
      ...version,
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
      lastModified: 89_000,
    })
    expect(selected?.read).toBe(version.read)
    expect(scene.fired).toBe(1)
  })

  it('has different validators for each attempt, and one for a fixed version', () => {
    const etagOf = (attempt: number, fixed?: number) =>
      etagFlip.select?.(
        { kind: 'etag-flip', ...(fixed !== undefined && { version: fixed }) },
        version,
        sceneOf({ attempt }),
      ).etag
    expect(new Set([1, 2, 3].map((attempt) => etagOf(attempt))).size).toBe(3)
    expect(etagOf(5, 2)).toBe(etagOf(2))
  })

  it.each([
    ['connection', { remote: '127.0.0.1 6' }],
    ['address', { local: '127.0.0.2' }],
  ] as const)('has different validators for each %s', (per, other) => {
    const plain = sceneOf().connection
    const etagOf = (members: Partial<typeof plain>, attempt = 1) =>
      etagFlip.select?.(
        { kind: 'etag-flip', per },
        version,
        sceneOf({ attempt, connection: { ...plain, ...members } }),
      ).etag
    expect(etagOf({}, 2)).toBe(etagOf({}))
    expect(etagOf(other)).not.toBe(etagOf({}))
    const unrelated = per === 'address' ? { remote: '127.0.0.1 6' } : { local: '127.0.0.2' }
    expect(etagOf(unrelated)).toBe(etagOf({}))
  })
})
