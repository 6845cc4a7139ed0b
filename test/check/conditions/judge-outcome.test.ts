import { describe, expect, it } from 'vitest'
import { judgeOutcome, type Outcome } from '../../../src/check/conditions/judge-outcome.js'
import type { Exchange } from '../../../src/check/subject/exchange.js'
import { KnownBytes } from '../../../src/check/subject/known-bytes.js'
import type { Subject } from '../../../src/check/subject/subject.js'

const WHOLE = Buffer.from('0123456789')
const SLICE = { start: 1, end: 3 }

function judge(
  status: number,
  allows: readonly Outcome[],
  { body = '', fields = {} }: { body?: string; fields?: Record<string, string> } = {},
) {
  const known = new KnownBytes()
  known.add(0, WHOLE)
  const exchange = {
    status,
    lines: Object.entries(fields),
    body: Buffer.from(body),
    end: 'complete',
  } as unknown as Exchange
  const subject = { known, size: WHOLE.length } as unknown as Subject
  return judgeOutcome(subject, exchange, { slice: SLICE, allows })
}

const RANGE = { 'content-range': 'bytes 1-2/10' }

describe('judgeOutcome', () => {
  it.each([
    [200, 'whole'],
    [304, 'not-modified'],
    [400, 'bad-request'],
    [412, 'refused'],
  ] as const)('passes the status %i where it is allowed', (status, outcome) => {
    expect(judge(status, ['slice', outcome]).kind).toBe('passed')
    expect(judge(status, ['slice']).kind).toBe('failed')
  })

  it('passes a 206 with the bytes of the range', () => {
    expect(judge(206, ['slice'], { body: '12', fields: RANGE }).kind).toBe('passed')
  })

  it('fails a 206 with other bytes', () => {
    expect(judge(206, ['whole', 'slice'], { body: '13', fields: RANGE }).kind).toBe('failed')
  })

  it('names what is allowed and what was received', () => {
    expect(judge(206, ['whole', 'refused'], { body: '12', fields: RANGE })).toMatchObject({
      expected: '200 and the whole representation, or 412 without bytes of the representation',
      received: '206 with Content-Range: bytes 1-2/10',
    })
  })

  it('passes a 412 with an error page', () => {
    const page = { body: 'No.', fields: { 'content-length': '3' } }
    expect(judge(412, ['refused'], page).kind).toBe('passed')
  })

  it.each([
    ['a Content-Range', { fields: RANGE }],
    ['the range', { body: '12' }],
    ['the beginning of the whole', { body: '0123', fields: { 'content-length': '10' } }],
  ])('fails a 412 with %s', (_content, response) => {
    expect(judge(412, ['refused'], response)).toMatchObject({
      received: '412 with bytes of the representation',
    })
  })
})
