import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planDelivery, planWhole } from '../../src/http/delivery-plan.js'
import { anyText } from '../fixture/any-text.js'

const MODIFIED = Date.parse('1994-11-06T08:49:37Z')
const SAME = 'Sun, 06 Nov 1994 08:49:37 GMT'
const EARLIER = 'Sun, 06 Nov 1994 08:49:36 GMT'
const NOW = MODIFIED + 86_400_000
const of1000 = { size: 1000, etag: '"v1"', lastModified: MODIFIED }
const weak = { ...of1000, etag: 'W/"v1"' }
const empty = { ...of1000, size: 0 }
const of1MB = { ...of1000, size: 1_000_000 }

const whole = (size = 1000) => ({ kind: 'whole', status: 200, slice: { start: 0, end: size } })
const slice = (start: number, end: number, contentRange: string) => {
  return { kind: 'slice', status: 206, slice: { start, end }, contentRange }
}
const unsatisfiable = (contentRange: string) => ({
  kind: 'unsatisfiable',
  status: 416,
  contentRange,
})
const notModified = { kind: 'not-modified', status: 304 }
const failed = { kind: 'failed', status: 412 }

describe('planDelivery, for a GET request,', () => {
  it.each([
    { section: '9.3.1', fields: {}, want: whole() },
    { section: '9.3.1', fields: {}, of: empty, want: whole(0) },
    { section: '14.2', fields: { range: 'bytes=0-99' }, want: slice(0, 100, 'bytes 0-99/1000') },
    { section: '14.2', fields: { range: 'bytes=0-' }, want: slice(0, 1000, 'bytes 0-999/1000') },
    { section: '14.2', fields: { range: 'lines=0-99' }, want: whole() },
    { section: '14.2', fields: { range: 'bytes=-5' }, of: empty, want: whole(0) },
    {
      section: '15.3.7.2',
      fields: { range: 'bytes=900-,0-9' },
      want: {
        kind: 'slices',
        status: 206,
        slices: [
          { start: 900, end: 1000 },
          { start: 0, end: 10 },
        ],
      },
    },
    {
      section: '15.3.7.2',
      fields: { range: 'bytes=0-9,1000-' },
      want: slice(0, 10, 'bytes 0-9/1000'),
    },
    { section: '15.5.17', fields: { range: 'bytes=1000-' }, want: unsatisfiable('bytes */1000') },
    {
      section: '15.5.17',
      fields: { range: 'bytes=0-' },
      of: empty,
      want: unsatisfiable('bytes */0'),
    },
    { section: '15.4.5', fields: { 'if-none-match': '"v1"' }, want: notModified },
    { section: '15.5.13', fields: { 'if-match': '"v0"' }, want: failed },
    { section: '13.2.2', fields: { 'if-match': '"v0"', range: 'bytes=1000-' }, want: failed },
    { section: '13.2.2', fields: { 'if-none-match': '*', range: 'bytes=0-9' }, want: notModified },
    { section: '13.1.5', fields: { 'if-range': '"v0"', range: 'bytes=0-9' }, want: whole() },
    { section: '13.1.5', fields: { 'if-range': '"v0"', range: 'bytes=1000-' }, want: whole() },
    { section: '13.1.5', fields: { 'if-range': '"v0"' }, want: whole() },
    {
      section: '13.1.5',
      fields: { 'if-range': '"v1"', range: 'bytes=0-9' },
      want: slice(0, 10, 'bytes 0-9/1000'),
    },
    {
      section: '13.1.5',
      fields: { 'if-range': SAME, range: 'bytes=0-9' },
      want: slice(0, 10, 'bytes 0-9/1000'),
    },
  ])('plans $want.status for $fields (RFC 9110 §$section)', ({ fields, of = of1000, want }) => {
    expect(planDelivery('GET', fields, of, NOW)).toEqual(want)
  })
})

describe('planDelivery, for a HEAD request,', () => {
  it.each([
    { fields: { range: 'bytes=0-9' }, want: whole() },
    { fields: { range: 'bytes=1000-' }, want: whole() },
    { fields: { range: 'bytes=0-9', 'if-range': '"v1"' }, want: whole() },
    { fields: { 'if-none-match': '"v1"' }, want: notModified },
    { fields: { 'if-match': '"v0"' }, want: failed },
  ])(
    'ignores Range (RFC 9110 §14.2) and evaluates preconditions (§13.2.1): $want.status for $fields',
    ({ fields, want }) => {
      expect(planDelivery('HEAD', fields, of1000, NOW)).toEqual(want)
    },
  )
})

describe('planDelivery avoids a known defect of', () => {
  it.each([
    [
      '@fastify/send: 206 for its own weak entity tag in If-Range (RFC 9110 §13.1.5)',
      { 'if-range': 'W/"v1"', range: 'bytes=0-9' },
      weak,
      whole(),
    ],
    [
      '@fastify/send: If-Range compared by substring (RFC 9110 §13.1.5)',
      { 'if-range': '"v1 or so", "v1"', range: 'bytes=0-9' },
      of1000,
      whole(),
    ],
    [
      '@fastify/send: 206 for a range without a hyphen (RFC 9110 §14.2)',
      { range: 'bytes=10' },
      of1000,
      whole(),
    ],
    [
      '@fastify/send: 416 for a suffix larger than the file (RFC 9110 §14.1.2)',
      { range: 'bytes=-5000' },
      of1000,
      slice(0, 1000, 'bytes 0-999/1000'),
    ],
    [
      '@fastify/send: If-Unmodified-Since evaluated despite If-Match (RFC 9110 §13.2.2)',
      { 'if-match': '"v1"', 'if-unmodified-since': EARLIER },
      of1000,
      whole(),
    ],
    [
      'sirv: the process ends for bytes=5-2 (RFC 9110 §14.1.1)',
      { range: 'bytes=5-2' },
      of1000,
      whole(),
    ],
    [
      'Go: 206 with Content-Range 1000-999/1000 for bytes=-0 (RFC 9110 §14.1.2)',
      { range: 'bytes=-0' },
      of1000,
      unsatisfiable('bytes */1000'),
    ],
    [
      'nginx: If-Modified-Since overrides a matching If-None-Match (RFC 9110 §13.2.2)',
      { 'if-none-match': '"v1"', 'if-modified-since': EARLIER },
      of1000,
      notModified,
    ],
    [
      'h2o: 50 ranges of the whole file send it 50 times (RFC 9110 §17.15)',
      { range: `bytes=${Array(50).fill('0-').join()}` },
      of1MB,
      whole(1_000_000),
    ],
    [
      'httpd: 416 without Content-Range (RFC 9110 §15.5.17)',
      { range: 'bytes=5000-' },
      of1000,
      unsatisfiable('bytes */1000'),
    ],
    [
      'range-parser: any range unit is read as bytes (RFC 9110 §14.1)',
      { range: 'items=0-9' },
      of1000,
      whole(),
    ],
  ])('%s', (_defect, fields, selected, want) => {
    expect(planDelivery('GET', fields, selected, NOW)).toEqual(want)
  })
})

it('planWhole plans a 200 with all bytes', () => {
  expect(planWhole({ size: 5 })).toEqual(whole(5))
})

it('planDelivery never plans more bytes than the representation has, for any Range header field', () => {
  const field = anyText('-', '0-', '-1', '0-9').map((text) => `bytes=${text}`)
  fc.assert(
    fc.property(field, fc.nat(2000), (range, size) => {
      const plan = planDelivery('GET', { range }, { ...of1000, size }, NOW)
      if (plan.kind === 'unsatisfiable') expect(plan.contentRange).toBe(`bytes */${size}`)
      const slices = plan.kind === 'slices' ? plan.slices : 'slice' in plan ? [plan.slice] : []
      const sent = slices.reduce((sum, { start, end }) => sum + end - start, 0)
      expect(sent).toBeLessThanOrEqual(size)
      expect(plan.kind === 'slices').toBe(slices.length > 1)
    }),
  )
})
