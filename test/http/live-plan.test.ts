import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { prefixTag } from '../../src/http/chain-tag.js'
import { planChain } from '../../src/http/live-plan.js'

const NOW = Date.parse('1994-11-07T08:49:37Z')
const T = '"chain"'
const BIG = '9007199254740991'
const growing = { tag: T, state: 'growing' } as const
const finished = { tag: T, state: 'finished' } as const
const at = (size: number) => ({ size, dateStrength: 'shared' as const })

/** The status, Content-Range or bytes, ETag and size of a plan, on one line. */
function planned(
  method: string,
  fields: Record<string, string>,
  chain: typeof growing | typeof finished,
  size = 100,
) {
  const { plan, etag } = planChain(method, fields, at(size), chain, NOW)
  const range =
    'contentRange' in plan
      ? plan.contentRange
      : 'slice' in plan
        ? `${plan.slice.start}-${plan.slice.end}`
        : ''
  return `${plan.status} ${plan.kind} ${range} ${etag}`
}

describe('planChain, of a file that grows,', () => {
  it.each<[Record<string, string>, string]>([
    [{}, '200 whole 0-100 "chain.100"'],
    [{ range: 'bytes=5-' }, '206 slice bytes 5-99/100 "chain.100"'],
    [{ range: 'bytes=100-' }, '416 unsatisfiable bytes */100 "chain.100"'],
    [{ 'if-none-match': '"chain.100"' }, '304 not-modified  "chain.100"'],
    [{ 'if-none-match': '"chain.99"' }, '200 whole 0-100 "chain.100"'],
    [{ 'if-none-match': T }, '200 whole 0-100 "chain.100"'],
    [{ 'if-match': T }, '200 whole 0-100 "chain.100"'],
    [{ 'if-match': '"other"' }, '412 failed  "chain.100"'],
    // The bytes to come (RFC 8673 §2.2).
    [{ range: `bytes=5-${BIG}` }, `206 live bytes 5-${BIG}/* "chain"`],
    [{ range: `bytes=100-${BIG}` }, `206 live bytes 100-${BIG}/* "chain"`],
    [{ range: `bytes=101-${BIG}` }, '416 unsatisfiable bytes */100 "chain.100"'],
    [{ range: `bytes=5-${BIG}`, 'if-none-match': T }, `206 live bytes 5-${BIG}/* "chain"`],
    [{ range: `bytes=5-${BIG}`, 'if-range': T }, `206 live bytes 5-${BIG}/* "chain"`],
    [{ range: `bytes=5-${BIG}`, 'if-match': T }, `206 live bytes 5-${BIG}/* "chain"`],
    [{ range: `bytes=5-${BIG}`, 'if-range': '"chain.60"' }, `206 live bytes 5-${BIG}/* "chain"`],
    [{ range: `bytes=5-${BIG}`, 'if-range': '"chain.101"' }, '200 whole 0-100 "chain.100"'],
    [{ range: `bytes=5-${BIG}`, 'if-range': '"other"' }, '200 whole 0-100 "chain.100"'],
    [{ range: `bytes=5-${BIG}`, 'if-match': '"other"' }, '412 failed  "chain"'],
    [
      { range: `bytes=5-${BIG}`, 'if-range': 'Sun, 06 Nov 1994 08:49:37 GMT' },
      '200 whole 0-100 "chain.100"',
    ],
    // The bytes that it had once, to the length that was announced.
    [{ range: 'bytes=5-', 'if-range': '"chain.60"' }, '206 slice bytes 5-59/60 "chain.60"'],
    [{ range: 'bytes=-5', 'if-range': '"chain.60"' }, '206 slice bytes 55-59/60 "chain.60"'],
    [{ 'if-match': '"chain.60"' }, '200 whole 0-60 "chain.60"'],
    [{ range: 'bytes=60-', 'if-range': '"chain.60"' }, '206 slice bytes 60-99/100 "chain.100"'],
    [
      { range: 'bytes=100-', 'if-range': '"chain.100"' },
      '416 unsatisfiable bytes */100 "chain.100"',
    ],
    // The file itself, whose length is not known.
    [{ range: 'bytes=60-', 'if-range': T }, '206 slice bytes 60-99/* "chain"'],
    [{ range: 'bytes=100-', 'if-range': T }, '416 unsatisfiable bytes */100 "chain"'],
    [{ range: 'bytes=0-1,5-6', 'if-range': T }, '200 whole 0-100 "chain.100"'],
  ])('responds to GET with %o', (fields, want) => {
    expect(planned('GET', fields, growing)).toBe(want)
  })

  it.each<[Record<string, string>, string]>([
    [{}, '200 whole 0-100 "chain.100"'],
    // RFC 8673 §2.1.
    [{ range: 'bytes=0-' }, '206 slice bytes 0-99/* "chain"'],
    [{ range: `bytes=0-${BIG}` }, `206 live bytes 0-${BIG}/* "chain"`],
    [{ range: 'bytes=100-' }, '416 unsatisfiable bytes */100 "chain"'],
    [{ range: 'bytes=0-', 'if-match': '"other"' }, '412 failed  "chain"'],
  ])('responds to HEAD with %o', (fields, want) => {
    expect(planned('HEAD', fields, growing)).toBe(want)
  })
})

describe('planChain, of a file that is finished,', () => {
  it.each<[Record<string, string>, string]>([
    [{}, '200 whole 0-100 "chain"'],
    [{ range: `bytes=5-${BIG}`, 'if-range': T }, '206 slice bytes 5-99/100 "chain"'],
    [{ range: `bytes=5-${BIG}`, 'if-match': T }, '206 slice bytes 5-99/100 "chain"'],
    [{ range: `bytes=100-${BIG}`, 'if-range': T }, '416 unsatisfiable bytes */100 "chain"'],
    [{ 'if-none-match': T }, '304 not-modified  "chain"'],
    [{ 'if-none-match': '"chain.100"' }, '200 whole 0-100 "chain"'],
    [{ range: 'bytes=5-', 'if-range': '"chain.60"' }, '206 slice bytes 5-59/60 "chain.60"'],
    [{ range: 'bytes=60-', 'if-range': '"chain.60"' }, '206 slice bytes 60-99/100 "chain"'],
    [{ range: `bytes=60-${BIG}`, 'if-range': '"chain.60"' }, '206 slice bytes 60-99/100 "chain"'],
    [{ range: 'bytes=5-', 'if-range': '"other.60"' }, '200 whole 0-100 "chain"'],
  ])('responds to GET with %o', (fields, want) => {
    expect(planned('GET', fields, finished)).toBe(want)
  })
})

it('planChain never joins two lengths under one tag with a length, whatever is requested', () => {
  const tag = fc.oneof(
    fc.constant(T),
    fc.integer({ min: 0, max: 120 }).map((size) => prefixTag(T, size)),
  )
  const position = fc.integer({ min: 0, max: 120 })
  const range = fc.oneof(
    position.map((start) => `bytes=${start}-`),
    position.map((start) => `bytes=${start}-${BIG}`),
    position.map((length) => `bytes=-${length}`),
    fc.constant('bytes=0-1,5-6'),
  )
  const fields = fc.record({ range, 'if-range': tag, 'if-match': tag }, { requiredKeys: [] })
  fc.assert(
    fc.property(
      fields,
      fc.constantFrom(growing, finished),
      fc.constantFrom('GET', 'HEAD'),
      (requested, chain, method) => {
        const given = Object.fromEntries(
          Object.entries(requested).filter(([, value]) => value !== undefined),
        )
        const { plan, etag, size } = planChain(
          method,
          given as Record<string, string>,
          at(100),
          chain,
          NOW,
        )
        const [, length] = /\.(\d+)"$/.exec(etag) ?? []
        const end = plan.kind === 'whole' || plan.kind === 'slice' ? plan.slice.end : 0
        expect(end).toBeLessThanOrEqual(100)
        if (length !== undefined) {
          expect(size).toBe(Number(length))
          expect(end).toBeLessThanOrEqual(Number(length))
          if (plan.kind === 'slice') expect(plan.contentRange).toMatch(new RegExp(`/${length}$`))
        }
      },
    ),
  )
})
