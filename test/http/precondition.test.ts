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
const BACK_DATED: Validators = { lastModified: MODIFIED, dateStrength: 'weak' }
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

type PreconditionOutcome = ReturnType<typeof judge>

/** The status 304 or 412, or whether the Range header field applies. */
function judge(fields: RequestFields, validators = CURRENT, now = NOW, method = 'GET') {
  const outcome: PreconditionResult = judgePreconditions(method, fields, validators, now)
  if (outcome.kind === 'proceed') return outcome.range
  return outcome.kind === 'failed' ? 412 : 304
}

describe('judgePreconditions compares If-Match strongly:', () => {
  it.each([
    { section: '13.1.1', field: '"v1"', of: CURRENT, want: 'applies' },
    { section: '13.1.1', field: '"v0", "v1"', of: CURRENT, want: 'applies' },
    { section: '13.1.1', field: '*', of: CURRENT, want: 'applies' },
    { section: '13.1.1', field: '*', of: NOTHING, want: 'applies' },
    { section: '13.1.1', field: '"v0"', of: CURRENT, want: 412 },
    { section: '13.1.1', field: 'W/"v1"', of: CURRENT, want: 412 },
    { section: '13.1.1', field: '"v1"', of: WEAK, want: 412 },
    { section: '13.1.1', field: 'W/"v1"', of: WEAK, want: 412 },
    { section: '13.1.1', field: '"v1"', of: NO_TAG, want: 412 },
    { section: '13.1.1', field: '"v0,"v1"', of: CURRENT, want: 412 },
    { section: '13.1.1', field: 'v1', of: CURRENT, want: 412 },
    { section: '13.1.1', field: '', of: CURRENT, want: 412 },
  ])('$field against $of.etag → $want (RFC 9110 §$section)', ({ field, of, want }) => {
    expect(judge({ 'if-match': field }, of)).toBe(want)
  })
})

describe('judgePreconditions compares If-None-Match weakly:', () => {
  it.each([
    { section: '13.1.2', field: '"v1"', of: CURRENT, want: 304 },
    { section: '13.1.2', field: '"v0", W/"v1"', of: CURRENT, want: 304 },
    { section: '13.1.2', field: '"v1"', of: WEAK, want: 304 },
    { section: '13.1.2', field: '*', of: CURRENT, want: 304 },
    { section: '13.1.2', field: '*', of: NOTHING, want: 304 },
    { section: '13.1.2', field: '"v0"', of: CURRENT, want: 'applies' },
    { section: '13.1.2', field: '"v1"', of: NO_TAG, want: 'applies' },
    { section: '13.1.2', field: 'v1', of: CURRENT, want: 'applies' },
  ])('$field against $of.etag → $want (RFC 9110 §$section)', ({ field, of, want }) => {
    expect(judge({ 'if-none-match': field }, of)).toBe(want)
  })
})

describe('judgePreconditions takes a date for a version only where its second had one:', () => {
  const shared: Validators = { lastModified: MODIFIED + 999, dateStrength: 'shared' }
  it.each<[string, string, Validators, number, PreconditionOutcome]>([
    ['if-range', SAME, NO_TAG, NOW, 'applies'],
    ['if-range', SAME, BACK_DATED, NOW, 'ignored'],
    ['if-range', SAME, shared, NOW, 'ignored'],
    ['if-range', SAME, NO_TAG, MODIFIED + 999, 'ignored'],
    ['if-range', LATER, shared, NOW, 'ignored'],
    ['if-unmodified-since', SAME, NO_TAG, NOW, 'applies'],
    ['if-unmodified-since', SAME, BACK_DATED, NOW, 'ignored'],
    ['if-unmodified-since', SAME, NO_TAG, MODIFIED + 999, 'ignored'],
    ['if-unmodified-since', SAME, shared, NOW, 412],
    ['if-unmodified-since', LATER, shared, NOW, 'applies'],
    ['if-unmodified-since', LATER, BACK_DATED, NOW, 'applies'],
    ['if-unmodified-since', EARLIER, shared, NOW, 412],
    ['if-modified-since', SAME, NO_TAG, NOW, 304],
    ['if-modified-since', SAME, BACK_DATED, NOW, 304],
    ['if-modified-since', SAME, shared, NOW, 'applies'],
    ['if-modified-since', LATER, shared, NOW, 304],
    ['if-modified-since', EARLIER, shared, NOW, 'applies'],
  ])('%s: %s of %o at %d → %s (RFC 9110 §8.8.2.2)', (name, date, validators, now, want) => {
    expect(judge({ [name]: date }, validators, now)).toBe(want)
  })

  it('a matching If-Match proves the version, whatever If-Unmodified-Since says', () => {
    const fields = { 'if-match': '"v1"', 'if-unmodified-since': SAME }
    expect(judge(fields, { ...CURRENT, dateStrength: 'weak' })).toBe('applies')
  })
})

describe('judgePreconditions compares dates by whole seconds:', () => {
  const twice = [SAME, SAME]
  it.each([
    { section: '13.1.4', name: 'if-unmodified-since', field: LATER, want: 'applies' },
    { section: '13.1.4', name: 'if-unmodified-since', field: SAME, want: 'applies' },
    { section: '13.1.4', name: 'if-unmodified-since', field: EARLIER, want: 412 },
    { section: '13.1.4', name: 'if-unmodified-since', field: 'garbage', want: 'applies' },
    {
      section: '13.1.4',
      name: 'if-unmodified-since',
      field: EARLIER,
      of: NO_DATE,
      want: 'applies',
    },
    { section: '13.1.4', name: 'if-unmodified-since', field: [EARLIER, EARLIER], want: 'applies' },
    { section: '13.1.3', name: 'if-modified-since', field: LATER, want: 304 },
    { section: '13.1.3', name: 'if-modified-since', field: SAME, want: 304 },
    { section: '13.1.3', name: 'if-modified-since', field: EARLIER, want: 'applies' },
    { section: '13.1.3', name: 'if-modified-since', field: 'garbage', want: 'applies' },
    { section: '13.1.3', name: 'if-modified-since', field: twice, want: 'applies' },
    { section: '13.1.3', name: 'if-modified-since', field: SAME, of: NO_DATE, want: 'applies' },
    { section: '5.6.7', name: 'if-modified-since', field: 'Sun Nov  6 08:49:37 1994', want: 304 },
    {
      section: '5.6.7',
      name: 'if-modified-since',
      field: 'Sunday, 06-Nov-94 08:49:37 GMT',
      want: 304,
    },
  ])('$name: $field → $want (RFC 9110 §$section)', ({ name, field, of = CURRENT, want }) => {
    expect(judge({ [name]: field }, of)).toBe(want)
  })
})

describe('judgePreconditions accepts only strong validators in If-Range:', () => {
  it.each([
    { section: '13.1.5', field: '"v1"', want: 'applies' },
    { section: '13.1.5', field: '"v0"', want: 'ignored' },
    { section: '13.1.5', field: 'W/"v1"', want: 'ignored' },
    { section: '13.1.5', field: 'W/"v1"', of: WEAK, want: 'ignored' },
    { section: '13.1.5', field: '"v1"', of: WEAK, want: 'ignored' },
    { section: '13.1.5', field: '"v1"', of: NO_TAG, want: 'ignored' },
    { section: '13.1.5', field: '"v1", "v0"', want: 'ignored' },
    { section: '13.1.5', field: '*', want: 'ignored' },
    { section: '13.1.5', field: 'v1', want: 'ignored' },
    { section: '13.1.5', field: '', want: 'ignored' },
    { section: '13.1.5', field: SAME, want: 'applies' },
    { section: '13.1.5', field: EARLIER, want: 'ignored' },
    { section: '13.1.5', field: LATER, want: 'ignored' },
    { section: '13.1.5', field: SAME, of: NO_DATE, want: 'ignored' },
    { section: '13.1.5', field: SAME, of: BACK_DATED, want: 'ignored' },
    { section: '13.1.5', field: 'garbage', of: NO_DATE, want: 'ignored' },
    { section: '8.8.2.2', field: SAME, now: MODIFIED + 1000, want: 'applies' },
    { section: '8.8.2.2', field: SAME, now: MODIFIED + 999, want: 'ignored' },
    { section: '8.8.2.2', field: SAME, now: MODIFIED, want: 'ignored' },
    { section: '8.8.2.2', field: SAME, now: MODIFIED - 5000, want: 'ignored' },
  ])('$field → Range $want (RFC 9110 §$section)', ({ field, of = CURRENT, now = NOW, want }) => {
    expect(judge({ 'if-range': field }, of, now)).toBe(want)
  })
})

describe('judgePreconditions keeps the order of RFC 9110 §13.2.2:', () => {
  it.each([
    [
      'If-Match overrides If-Unmodified-Since',
      { 'if-match': '"v1"', 'if-unmodified-since': EARLIER },
      'applies',
    ],
    [
      'If-Unmodified-Since does not override a failed If-Match',
      { 'if-match': '"v0"', 'if-unmodified-since': LATER },
      412,
    ],
    [
      'If-Modified-Since does not override a matching If-None-Match',
      { 'if-none-match': '"v1"', 'if-modified-since': EARLIER },
      304,
    ],
    [
      'If-None-Match without a match overrides If-Modified-Since',
      { 'if-none-match': '"v0"', 'if-modified-since': LATER },
      'applies',
    ],
    [
      'a malformed If-None-Match overrides If-Modified-Since',
      { 'if-none-match': 'garbage', 'if-modified-since': LATER },
      'applies',
    ],
    [
      'If-Match is evaluated before If-None-Match',
      { 'if-match': '"v0"', 'if-none-match': '"v1"' },
      412,
    ],
    [
      'If-Match and If-None-Match are both evaluated',
      { 'if-match': '"v1"', 'if-none-match': '"v1"' },
      304,
    ],
    [
      'If-Range does not override a failed If-Match',
      { 'if-match': '"v0"', 'if-range': '"v1"', range: 'bytes=0-1' },
      412,
    ],
    [
      'Firefox resumes an unchanged representation',
      { 'if-match': '"v1"', 'if-unmodified-since': SAME, range: 'bytes=5-' },
      'applies',
    ],
    [
      'Firefox detects another version with the same date',
      { 'if-match': '"v0"', 'if-unmodified-since': SAME, range: 'bytes=5-' },
      412,
    ],
    ['Range applies without preconditions', {}, 'applies'],
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

  it.each(['GET', 'HEAD'])('%s in all 243 combinations of the five header fields', (method) => {
    for (let combination = 0; combination < 243; combination++) {
      const states = VALUES.map((_, field) => stateOf(combination, field))
      const [match, unmodified, noneMatch, modified, range] = states
      const fields = Object.fromEntries(
        VALUES.map(([name, values], field) => [name, values[stateOf(combination, field)]]),
      )
      const isFailed = match === 'fails' || (match === 'absent' && unmodified === 'fails')
      const isNotModified =
        noneMatch === 'fails' || (noneMatch === 'absent' && modified === 'fails')
      const applies = method === 'GET' && range !== 'fails'
      const want = isFailed ? 412 : isNotModified ? 304 : applies ? 'applies' : 'ignored'
      expect(judge(fields, CURRENT, NOW, method), states.join()).toBe(want)
    }
  })
})

it.each([
  { value: undefined, want: undefined },
  { value: 'a', want: 'a' },
  { value: ['a', 'b'], want: 'a, b' },
])('singleValue of $value is $want (RFC 9110 §5.3)', ({ value, want }) => {
  expect(singleValue(value)).toBe(want)
})

it('judgePreconditions never throws, for any header fields and validators', () => {
  const text = fc.option(anyText('"', 'W/"v1"', '*', SAME), { nil: undefined })
  const fields = fc.dictionary(fc.constantFrom(...CONDITIONS), text)
  const lastModified = fc.option(fc.double(), { nil: undefined })
  fc.assert(
    fc.property(fields, text, lastModified, (headers, etag, modified) => {
      const outcome = judge(headers, { etag, lastModified: modified })
      expect([304, 412, 'applies', 'ignored']).toContain(outcome)
    }),
  )
})
