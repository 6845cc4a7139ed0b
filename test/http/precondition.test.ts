import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  judgePreconditions,
  type PreconditionResult,
  type RequestFields,
  singleValue,
  type Validators,
} from '../../src/http/precondition.js'
import { anyText } from '../fixture/any-text.js'

const EARLIER = 'Sun, 06 Nov 1994 08:49:36 GMT'
const SAME = 'Sun, 06 Nov 1994 08:49:37 GMT'
const LATER = 'Sun, 06 Nov 1994 08:49:38 GMT'
const MODIFIED = Date.parse(SAME)
const NOW = MODIFIED + 86_400_000
const CURRENT: Validators = { etag: '"v1"', lastModified: MODIFIED + 999 }
const WEAK: Validators = { ...CURRENT, etag: 'W/"v1"' }
const NO_TAG: Validators = { lastModified: MODIFIED }
const NO_DATE: Validators = { etag: '"v1"' }
const NOTHING: Validators = {}

const CONDITIONS = [
  'if-match',
  'if-unmodified-since',
  'if-none-match',
  'if-modified-since',
  'if-range',
]

/** 304, 412, or whether a Range field counts. */
function judge(fields: RequestFields, validators = CURRENT, now = NOW, method = 'GET') {
  const outcome: PreconditionResult = judgePreconditions(method, fields, validators, now)
  if (outcome.kind === 'proceed') return outcome.range
  return outcome.kind === 'failed' ? 412 : 304
}

describe('If-Match, by strong comparison', () => {
  it.each([
    { section: '13.1.1', field: '"v1"', of: CURRENT, want: 'counts' },
    { section: '13.1.1', field: '"v0", "v1"', of: CURRENT, want: 'counts' },
    { section: '13.1.1', field: '*', of: CURRENT, want: 'counts' },
    { section: '13.1.1', field: '*', of: NOTHING, want: 'counts' },
    { section: '13.1.1', field: '"v0"', of: CURRENT, want: 412 },
    { section: '13.1.1', field: 'W/"v1"', of: CURRENT, want: 412 },
    { section: '13.1.1', field: '"v1"', of: WEAK, want: 412 },
    { section: '13.1.1', field: 'W/"v1"', of: WEAK, want: 412 },
    { section: '13.1.1', field: '"v1"', of: NO_TAG, want: 412 },
    { section: '13.1.1', field: '"v0,"v1"', of: CURRENT, want: 412 },
    { section: '13.1.1', field: 'v1', of: CURRENT, want: 412 },
    { section: '13.1.1', field: '', of: CURRENT, want: 412 },
  ])('If-Match: $field against $of.etag → $want (§$section)', ({ field, of, want }) => {
    expect(judge({ 'if-match': field }, of)).toBe(want)
  })
})

describe('If-None-Match, by weak comparison', () => {
  it.each([
    { section: '13.1.2', field: '"v1"', of: CURRENT, want: 304 },
    { section: '13.1.2', field: '"v0", W/"v1"', of: CURRENT, want: 304 },
    { section: '13.1.2', field: '"v1"', of: WEAK, want: 304 },
    { section: '13.1.2', field: '*', of: CURRENT, want: 304 },
    { section: '13.1.2', field: '*', of: NOTHING, want: 304 },
    { section: '13.1.2', field: '"v0"', of: CURRENT, want: 'counts' },
    { section: '13.1.2', field: '"v1"', of: NO_TAG, want: 'counts' },
    { section: '13.1.2', field: 'v1', of: CURRENT, want: 'counts' },
  ])('If-None-Match: $field against $of.etag → $want (§$section)', ({ field, of, want }) => {
    expect(judge({ 'if-none-match': field }, of)).toBe(want)
  })
})

describe('dates', () => {
  const twice = [SAME, SAME]
  it.each([
    { section: '13.1.4', name: 'if-unmodified-since', field: LATER, want: 'counts' },
    { section: '13.1.4', name: 'if-unmodified-since', field: SAME, want: 'counts' },
    { section: '13.1.4', name: 'if-unmodified-since', field: EARLIER, want: 412 },
    { section: '13.1.4', name: 'if-unmodified-since', field: 'garbage', want: 'counts' },
    { section: '13.1.4', name: 'if-unmodified-since', field: EARLIER, of: NO_DATE, want: 'counts' },
    { section: '13.1.4', name: 'if-unmodified-since', field: [EARLIER, EARLIER], want: 'counts' },
    { section: '13.1.3', name: 'if-modified-since', field: LATER, want: 304 },
    { section: '13.1.3', name: 'if-modified-since', field: SAME, want: 304 },
    { section: '13.1.3', name: 'if-modified-since', field: EARLIER, want: 'counts' },
    { section: '13.1.3', name: 'if-modified-since', field: 'garbage', want: 'counts' },
    { section: '13.1.3', name: 'if-modified-since', field: twice, want: 'counts' },
    { section: '13.1.3', name: 'if-modified-since', field: SAME, of: NO_DATE, want: 'counts' },
    { section: '5.6.7', name: 'if-modified-since', field: 'Sun Nov  6 08:49:37 1994', want: 304 },
    {
      section: '5.6.7',
      name: 'if-modified-since',
      field: 'Sunday, 06-Nov-94 08:49:37 GMT',
      want: 304,
    },
  ])('$name: $field → $want (§$section)', ({ name, field, of = CURRENT, want }) => {
    expect(judge({ [name]: field }, of)).toBe(want)
  })
})

describe('If-Range', () => {
  it.each([
    { section: '13.1.5', field: '"v1"', want: 'counts' },
    { section: '13.1.5', field: '"v0"', want: 'ignored' },
    { section: '13.1.5', field: 'W/"v1"', want: 'ignored' },
    { section: '13.1.5', field: 'W/"v1"', of: WEAK, want: 'ignored' },
    { section: '13.1.5', field: '"v1"', of: WEAK, want: 'ignored' },
    { section: '13.1.5', field: '"v1"', of: NO_TAG, want: 'ignored' },
    { section: '13.1.5', field: '"v1", "v0"', want: 'ignored' },
    { section: '13.1.5', field: '*', want: 'ignored' },
    { section: '13.1.5', field: 'v1', want: 'ignored' },
    { section: '13.1.5', field: '', want: 'ignored' },
    { section: '13.1.5', field: SAME, want: 'counts' },
    { section: '13.1.5', field: EARLIER, want: 'ignored' },
    { section: '13.1.5', field: LATER, want: 'ignored' },
    { section: '13.1.5', field: SAME, of: NO_DATE, want: 'ignored' },
    { section: '13.1.5', field: 'garbage', of: NO_DATE, want: 'ignored' },
    { section: '8.8.2.2', field: SAME, now: MODIFIED + 1000, want: 'counts' },
    { section: '8.8.2.2', field: SAME, now: MODIFIED + 999, want: 'ignored' },
    { section: '8.8.2.2', field: SAME, now: MODIFIED, want: 'ignored' },
    { section: '8.8.2.2', field: SAME, now: MODIFIED - 5000, want: 'ignored' },
  ])('If-Range: $field → $want (§$section)', ({ field, of = CURRENT, now = NOW, want }) => {
    expect(judge({ 'if-range': field }, of, now)).toBe(want)
  })
})

describe('the order (§13.2.2)', () => {
  it.each([
    [
      'If-Match wins over If-Unmodified-Since',
      { 'if-match': '"v1"', 'if-unmodified-since': EARLIER },
      'counts',
    ],
    [
      'a failed If-Match is not healed by If-Unmodified-Since',
      { 'if-match': '"v0"', 'if-unmodified-since': LATER },
      412,
    ],
    [
      'If-Modified-Since does not override an If-None-Match that matches',
      { 'if-none-match': '"v1"', 'if-modified-since': EARLIER },
      304,
    ],
    [
      'If-None-Match without a match wins over If-Modified-Since',
      { 'if-none-match': '"v0"', 'if-modified-since': LATER },
      'counts',
    ],
    [
      'even a malformed If-None-Match hides If-Modified-Since',
      { 'if-none-match': 'garbage', 'if-modified-since': LATER },
      'counts',
    ],
    ['If-Match comes before If-None-Match', { 'if-match': '"v0"', 'if-none-match': '"v1"' }, 412],
    ['If-Match and If-None-Match both count', { 'if-match': '"v1"', 'if-none-match': '"v1"' }, 304],
    [
      'If-Range does not save a failed If-Match',
      { 'if-match': '"v0"', 'if-range': '"v1"', range: 'bytes=0-1' },
      412,
    ],
    [
      'Firefox resumes what is the same',
      { 'if-match': '"v1"', 'if-unmodified-since': SAME, range: 'bytes=5-' },
      'counts',
    ],
    [
      'Firefox learns of another version with the same date',
      { 'if-match': '"v0"', 'if-unmodified-since': SAME, range: 'bytes=5-' },
      412,
    ],
    ['nothing is asked', {}, 'counts'],
  ])('%s', (_what, fields, want) => {
    expect(judge(fields)).toBe(want)
  })

  const VALUES = [
    ['if-match', { absent: undefined, holds: '"v1"', fails: '"v0"' }],
    ['if-unmodified-since', { absent: undefined, holds: SAME, fails: EARLIER }],
    ['if-none-match', { absent: undefined, holds: '"v0"', fails: '"v1"' }],
    ['if-modified-since', { absent: undefined, holds: EARLIER, fails: SAME }],
    ['if-range', { absent: undefined, holds: '"v1"', fails: 'W/"v1"' }],
  ] as const
  const STATES = ['absent', 'holds', 'fails'] as const
  const stateOf = (combination: number, field: number) =>
    STATES[Math.floor(combination / 3 ** field) % 3] ?? 'absent'

  it.each(['GET', 'HEAD'])('is kept by %s in all 243 combinations', (method) => {
    for (let combination = 0; combination < 243; combination++) {
      const states = VALUES.map((_, field) => stateOf(combination, field))
      const [match, unmodified, noneMatch, modified, range] = states
      const fields = Object.fromEntries(
        VALUES.map(([name, values], field) => [name, values[stateOf(combination, field)]]),
      )
      const stale = match === 'fails' || (match === 'absent' && unmodified === 'fails')
      const known = noneMatch === 'fails' || (noneMatch === 'absent' && modified === 'fails')
      const counts = method === 'GET' && range !== 'fails'
      const want = stale ? 412 : known ? 304 : counts ? 'counts' : 'ignored'
      expect(judge(fields, CURRENT, NOW, method), states.join()).toBe(want)
    }
  })
})

it.each([
  { value: undefined, want: undefined },
  { value: 'a', want: 'a' },
  { value: ['a', 'b'], want: 'a, b' },
])('single makes $want of $value (§5.3)', ({ value, want }) => {
  expect(singleValue(value)).toBe(want)
})

it('judgePreconditions never throws, whatever the fields and validators hold', () => {
  const text = fc.option(anyText('"', 'W/"v1"', '*', SAME), { nil: undefined })
  const fields = fc.dictionary(fc.constantFrom(...CONDITIONS), text)
  const lastModified = fc.option(fc.double(), { nil: undefined })
  fc.assert(
    fc.property(fields, text, lastModified, (asked, etag, modified) => {
      const outcome = judge(asked, { etag, lastModified: modified })
      expect([304, 412, 'counts', 'ignored']).toContain(outcome)
    }),
  )
})
