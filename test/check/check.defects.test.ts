import { expect, it } from 'vitest'
import { check } from '../../src/check/check.js'
import type { Fault } from '../../src/fault/fault-kinds.js'
import type { FaultRule } from '../../src/fault/fault-rule.js'
import { faultServer } from '../../src/testing/fault-server.js'
import { checkedFolder, failedIds } from '../fixture/check-mutant.js'

/** A defect that a real server has: of all its responses, not of those to the requests of one check. */
interface Defect {
  readonly server: string
  readonly rules: (etag: string) => readonly FaultRule[]
  /** All checks that fail. */
  readonly fails: readonly string[]
}

const always =
  (...fault: readonly Fault[]) =>
  () => [{ fault }]

const ignores = (...remove: readonly string[]) => always({ kind: 'request-fields', remove })

const gzip: Fault = { kind: 'response-fields', set: { 'content-encoding': 'gzip' } }

const WRONG_DIGEST = `sha-256=:${Buffer.alloc(32).toString('base64')}:`

const DEFECTS: readonly Defect[] = [
  {
    server: 'ignores If-Range',
    rules: ignores('if-range'),
    fails: [
      'if-range-fresh-date',
      'if-range-malformed',
      'if-range-other-date',
      'if-range-stale-etag',
      'if-range-weak-etag',
    ],
  },
  {
    server: 'ignores If-Match and If-Unmodified-Since',
    rules: ignores('if-match', 'if-unmodified-since'),
    fails: [
      'if-match-list',
      'if-match-precedence',
      'if-match-stale',
      'if-match-weak',
      'if-unmodified-since-stale',
    ],
  },
  {
    server: 'ignores If-None-Match and If-Modified-Since',
    rules: ignores('if-none-match', 'if-modified-since'),
    fails: [
      'if-none-match-list',
      'if-none-match-precedence',
      'if-none-match-range',
      'if-none-match-star',
      'if-none-match-weak',
    ],
  },
  {
    server: 'has a weak ETag, and does not trust its date',
    rules: (etag) => [{ fault: { kind: 'response-fields', set: { etag: `W/${etag}` } } }],
    fails: ['etag-strong', 'if-range-exact-date', 'resume-like-lastbyte'],
  },
  {
    server: 'has no validators',
    rules: always({ kind: 'response-fields', remove: ['etag', 'last-modified'] }),
    fails: ['etag-strong', 'validator-strong'],
  },
  {
    server: 'announces ranges, and ignores Range',
    rules: always({ kind: 'ignore-range' }),
    fails: ['accept-ranges', 'ranges-supported'],
  },
  {
    server: 'compresses each whole, whatever the client accepts, and no range',
    rules: () => [{ match: { range: 'absent' }, fault: gzip }],
    fails: ['codings-not-mixed', 'coding-on-media'],
  },
  {
    server: 'compresses for a client that accepts gzip, and keeps the ETag',
    rules: () => [{ match: { headers: { 'accept-encoding': 'gzip' } }, fault: gzip }],
    fails: ['codings-not-mixed', 'etag-per-coding'],
  },
  {
    server: 'ends each body with its connection',
    rules: always({ kind: 'until-close' }),
    fails: ['end-framed', 'end-kept-alive', 'length-known'],
  },
  {
    server: 'has another byte in its slices than in the whole',
    rules: () => [{ match: { range: 'present' }, fault: { kind: 'corrupt', at: 100 } }],
    fails: [
      'codings-not-mixed',
      'content-digest-slice',
      'range-many',
      'range-suffix-larger',
      'resume-like-aria2',
      'resume-like-chromium',
      'resume-like-curl',
      'resume-like-firefox',
      'resume-like-lastbyte',
      'resume-like-safari',
      'resume-like-undici',
      'resume-like-wget',
    ],
  },
  {
    server: 'has parts of a multipart without Content-Range',
    rules: always({ kind: 'replace', text: '\r\nContent-Range:', by: '\r\nContent-Place:' }),
    fails: ['multipart-part-fields', 'range-descending', 'range-overlapping', 'range-several'],
  },
  {
    server: 'has the Repr-Digest of another file',
    rules: always({ kind: 'response-fields', set: { 'repr-digest': WRONG_DIGEST } }),
    fails: ['repr-digest-on-206', 'repr-digest-whole'],
  },
]

it.each(DEFECTS.map((defect) => [defect.server, defect] as const))(
  'A server that %s fails exactly the checks that this implies',
  async (_, defect) => {
    using folder = checkedFolder()
    await using server = await faultServer({ root: folder.path, seed: 1 })
    const url = `${server.url}/film.mp4`
    const { headers } = await fetch(url, { method: 'HEAD' })
    for (const rule of defect.rules(headers.get('etag') ?? '')) server.faults.arm(rule)
    expect(failedIds(await check(url))).toEqual([...defect.fails].sort())
  },
)
