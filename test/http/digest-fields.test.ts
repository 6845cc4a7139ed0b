import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatDigest,
  formatLegacyDigest,
  wantedAlgorithm,
  wantedLegacyAlgorithm,
} from '../../src/http/digest-fields.js'
import { anyText } from '../fixture/any-text.js'

describe('Want-Repr-Digest and Want-Content-Digest (RFC 9530 §4)', () => {
  it.each([
    { field: 'sha-256=1', want: 'sha-256' },
    { field: 'sha-512=1', want: 'sha-512' },
    { field: 'sha-512=3, sha-256=10, unixsum=0', want: 'sha-256' },
    { field: 'sha-256=3, sha-512=10', want: 'sha-512' },
    { field: 'sha-256=5, sha-512=5', want: 'sha-256' },
    { field: 'sha-512=5, sha-256=5', want: 'sha-256' },
    { field: 'sha-256=0', want: undefined },
    { field: 'sha-256=0, sha-512=1', want: 'sha-512' },
    { field: 'sha-256=0, sha-512=0', want: undefined },
    { field: 'md5=10, sha-256=1', want: 'sha-256' },
    { field: 'md5=10, crc32c=5', want: undefined },
    { field: 'sha-256=1;why="a parameter"', want: 'sha-256' },
    { field: 'sha-256=1, sha-256=0', want: undefined }, // the last of equal keys counts (RFC 9651 §4.2.2)
    { field: 'sha-256=-1', want: undefined },
    { field: 'sha-256', want: undefined },
    { field: 'sha-256=high', want: undefined },
    { field: 'sha-256="1"', want: undefined },
    { field: 'sha-256=(1 2)', want: undefined },
    { field: 'SHA-256=1', want: undefined }, // upper case is not allowed in a key (RFC 9651 §3.1.2)
    { field: 'sha-256=1,', want: undefined },
    { field: 'sha-256=1 sha-512=2', want: undefined },
    { field: 'sha-256==1', want: undefined },
    { field: '=', want: undefined },
    { field: '', want: undefined },
    { field: undefined, want: undefined },
  ])('wantedAlgorithm chooses $want for $field', ({ field, want }) => {
    expect(wantedAlgorithm(field)).toBe(want)
  })
})

describe('Want-Digest (RFC 3230 §4.3.1)', () => {
  it.each([
    { field: 'sha-256', want: 'sha-256' },
    { field: 'SHA-512', want: 'sha-512' },
    { field: 'SHA-512;q=1, SHA-256;q=1, SHA;q=0.1', want: 'sha-256' }, // as aria2 sends it
    { field: 'sha-256;q=0.3, sha-512', want: 'sha-512' },
    { field: 'sha-512, sha-256;q=1', want: 'sha-256' },
    { field: 'sha-256;q=0.3, sha-512;q=0.2', want: 'sha-256' },
    { field: 'sha-256 ; Q = 0.3 ,\tSHA-512 ; q = 0.5', want: 'sha-512' },
    { field: 'md5, sha-512;q=0.1', want: 'sha-512' },
    { field: 'MD5;q=0.3, sha;q=1', want: undefined },
    { field: 'sha-256;q=0', want: undefined },
    { field: 'sha-256;q=0.0, sha-512;q=0.001', want: 'sha-512' },
    { field: 'sha-256;q=', want: undefined },
    { field: 'sha-256;q=much', want: undefined },
    { field: 'sha-256;q=-1', want: undefined },
    { field: 'sha-256;other=1', want: 'sha-256' },
    { field: 'sha-2567', want: undefined },
    { field: ', ;, sha-256,', want: 'sha-256' },
    { field: '', want: undefined },
    { field: undefined, want: undefined },
  ])('wantedLegacyAlgorithm chooses $want for $field', ({ field, want }) => {
    expect(wantedLegacyAlgorithm(field)).toBe(want)
  })
})

describe('formatDigest and formatLegacyDigest', () => {
  const body = '{"hello": "world"}\n'
  it.each([
    { algorithm: 'sha-256', digest: 'RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=' },
    {
      algorithm: 'sha-512',
      digest:
        'YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==',
    },
  ] as const)('write the $algorithm example of RFC 9530 §B.1', ({ algorithm, digest }) => {
    const bytes = createHash(algorithm.replace('-', '')).update(body).digest()
    expect(formatDigest(algorithm, bytes)).toBe(`${algorithm}=:${digest}:`)
    expect(formatLegacyDigest(algorithm, bytes)).toBe(`${algorithm.toUpperCase()}=${digest}`)
  })
})

describe('for any input,', () => {
  it('formatDigest and formatLegacyDigest write only the bytes of a view into a larger buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (before, digest) => {
        const view = new Uint8Array([...before, ...digest, 1, 2, 3]).subarray(
          before.length,
          before.length + digest.length,
        )
        const base64 = Buffer.from(digest).toString('base64')
        expect(formatDigest('sha-256', view)).toBe(`sha-256=:${base64}:`)
        expect(formatLegacyDigest('sha-256', view)).toBe(`SHA-256=${base64}`)
      }),
    )
  })

  it('wantedAlgorithm and wantedLegacyAlgorithm never throw', () => {
    const text = anyText('sha-256', 'sha-512', '=', 'q=', ';', ':', '(', '"', '0.5', '?1')
    fc.assert(
      fc.property(text, (field) => {
        const read = [wantedAlgorithm(field), wantedLegacyAlgorithm(field)]
        for (const one of read) expect([undefined, 'sha-256', 'sha-512']).toContain(one)
      }),
    )
  })
})
