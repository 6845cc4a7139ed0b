import { describe, expect, it } from 'vitest'
import { judgeLive } from '../../src/resume/judge-live.js'

const BIG = '9007199254740991'
const strong = { kind: 'strong', etag: '"chain"' } as const
const pinned = { validator: strong, size: undefined, start: 10, end: undefined }
const first = { validator: { kind: 'none' }, size: undefined, start: 0, end: undefined } as const

function judged(
  state: typeof pinned | typeof first,
  status: number,
  fields: Record<string, string>,
) {
  const verdict = judgeLive(state, { status, field: (name) => fields[name] }, Date.now())
  return 'end' in verdict && verdict.kind === 'so-far' ? `so-far ${verdict.end}` : verdict.kind
}

describe('judgeLive', () => {
  it.each<[number, Record<string, string>, string]>([
    [206, { 'content-range': `bytes 10-${BIG}/*`, etag: '"chain"' }, 'open'],
    [
      206,
      { 'content-range': 'bytes 10-19/*', etag: '"chain"', 'content-length': '10' },
      'so-far 20',
    ],
    [206, { 'content-range': 'bytes 10-19/20', etag: '"chain"' }, 'append'],
    [206, { 'content-range': `bytes 10-${BIG}/*`, etag: '"other"' }, 'changed'],
    [206, { 'content-range': `bytes 10-${BIG}/*` }, 'changed'],
    [206, { 'content-range': `bytes 11-${BIG}/*`, etag: '"chain"' }, 'refused'],
    [206, { 'content-range': 'bytes 9-19/*', etag: '"chain"' }, 'refused'],
    [206, { 'content-range': 'bytes 10-11', etag: '"chain"' }, 'refused'],
    [
      206,
      { 'content-range': `bytes 10-${BIG}/*`, etag: '"chain"', 'content-encoding': 'gzip' },
      'refused',
    ],
    [200, { etag: '"other"' }, 'changed'],
    [412, {}, 'changed'],
    [416, { 'content-range': 'bytes */10' }, 'at-end'],
    [503, {}, 'later'],
    [404, {}, 'refused'],
  ])('takes a %d with %o as %s', (status, fields, want) => {
    expect(judged(pinned, status, fields)).toBe(want)
  })

  it('takes any version before the first byte', () => {
    expect(judged(first, 206, { 'content-range': `bytes 0-${BIG}/*`, etag: '"any"' })).toBe('open')
    expect(judged(first, 206, { 'content-range': 'bytes 0-4/*', etag: '"any"' })).toBe('so-far 5')
  })
})
