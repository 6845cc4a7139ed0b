import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  judgePreconditions,
  type Outcome,
  type RequestFields,
  single,
  type Validators,
} from '../../src/http/precondition.js'
import { anyText } from './any-text.js'

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

/** 304, 412, or whether a Range field counts. */
function judge(fields: RequestFields, validators = CURRENT, now = NOW, method = 'GET') {
  const outcome: Outcome = judgePreconditions(method, fields, validators, now)
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
    { section: '5.6.7', name: 'if-modified-since', field: 'Sunday, 06-Nov-94 08:49:37 GMT', want: 304 },
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
    {
      what: 'If-Match wins over If-Unmodified-Since, as @fastify/send has it not',
      fields: { 'if-match': '"v1"', 'if-unmodified-since': EARLIER },
      want: 'counts',
    },
    {
      what: 'a failed If-Match is not healed by If-Unmodified-Since',
      fields: { 'if-match': '"v0"', 'if-unmodified-since': LATER },
      want: 412,
    },
    {
      what: 'If-Modified-Since does not override an If-None-Match that matches, as it does in nginx',
      fields: { 'if-none-match': '"v1"', 'if-modified-since': EARLIER },
      want: 304,
    },
    {
      what: 'If-None-Match without a match wins over If-Modified-Since',
      fields: { 'if-none-match': '"v0"', 'if-modified-since': LATER },
      want: 'counts',
    },
    {
      what: 'even a malformed If-None-Match hides If-Modified-Since',
      fields: { 'if-none-match': 'garbage', 'if-modified-since': LATER },
      want: 'counts',
    },
    {
      what: 'If-Match comes before If-None-Match',
      fields: { 'if-match': '"v0"', 'if-none-match': '"v1"' },
      want: 412,
    },
    {
      what: 'If-Match and If-None-Match both count',
      fields: { 'if-match': '"v1"', 'if-none-match': '"v1"' },
      want: 304,
    },
    {
      what: 'If-Range does not save a failed If-Match',
      fields: { 'if-match': '"v0"', 'if-range': '"v1"', range: 'bytes=0-1' },
      want: 412,
    },
    {
      what: 'Firefox resumes what is the same',
      fields: { 'if-match': '"v1"', 'if-unmodified-since': SAME, range: 'bytes=5-' },
      want: 'counts',
    },
    {
      what: 'Firefox learns of another version with the same date',
      fields: { 'if-match': '"v0"', 'if-unmodified-since': SAME, range: 'bytes=5-' },
      want: 412,
    },
    { what: 'nothing is asked', fields: {}, want: 'counts' },
  ])('$what', ({ fields, want }) => {
    expect(judge(fields)).toBe(want)
  })

  const tagged = { holds: '"v1"', fails: '"v0"' }
  const unmodified = { holds: LATER, fails: EARLIER }
  const modified = { holds: EARLIER, fails: LATER }
  const noneMatch = { holds: '"v0"', fails: '"v1"' }
  const state = fc.constantFrom('absent', 'holds', 'fails')
  type State = 'absent' | 'holds' | 'fails'
  const write = (name: string, values: { holds: string; fails: string }, is: State) =>
    is === 'absent' ? {} : { [name]: values[is] }
  const states = ['absent', 'holds', 'fails'] as const

  it.each(['GET', 'HEAD'])('holds for each combination of a %s', (method) => {
    void state
    for (const im of states)
      for (const ius of states)
        for (const inm of states)
          for (const ims of states)
            for (const ir of states) {
              const fields = {
                ...write('if-match', tagged, im),
                ...write('if-unmodified-since', unmodified, ius),
                ...write('if-none-match', noneMatch, inm),
                ...write('if-modified-since', modified, ims),
                ...write('if-range', tagged, ir),
              }
              const stale = im === 'fails' || (im === 'absent' && ius === 'fails')
              const known = inm === 'fails' || (inm === 'absent' && ims === 'fails')
              const range = method === 'GET' && ir !== 'fails' ? 'counts' : 'ignored'
              const want = stale ? 412 : known ? 304 : range
              expect(judge(fields, CURRENT, NOW, method), JSON.stringify(fields)).toBe(want)
            }
  })
})
