import { describe, expect, it } from 'vitest'
import { type ErrorCode, LastbyteError } from '../../src/errors.js'
import { problemBytes, problemFields, problemForError } from '../../src/response/problem.js'

describe('problemForError', () => {
  it.each<[ErrorCode, number, Record<string, string> | undefined]>([
    ['SOURCE_TIMEOUT', 504, undefined],
    ['BAD_FAULT', 400, undefined],
    ['SOURCE_BUSY', 503, { 'retry-after': '1' }],
    ['SHUTDOWN', 503, { 'retry-after': '1' }],
    ['CANCELLED', 503, { 'retry-after': '1' }],
    ['KILLED', 503, { 'retry-after': '1' }],
    ['REPRESENTATION_CHANGED', 503, { 'retry-after': '1' }],
    ['SOURCE_FAILED', 500, undefined],
    ['SOURCE_SHORT', 500, undefined],
    ['BAD_SETTING', 500, undefined],
  ])('returns the status of a %s error: %i', (code, status, fields) => {
    const problem = problemForError(new LastbyteError(code, 'at /secret/path'))
    expect([problem.status, problem.fields]).toEqual([status, fields])
    if (code !== 'BAD_FAULT') expect(JSON.stringify(problem)).not.toContain('secret')
  })

  it.each([
    ['connection_refused', 502],
    ['connection_read_timeout', 504],
    ['proxy_configuration_error', 500],
  ])(
    'for the upstream error %s returns the status %i, and names the error in Proxy-Status',
    (proxyError, status) => {
      const facts = { proxy: 'lastbyte', proxyError }
      const problem = problemForError(new LastbyteError('SOURCE_FAILED', 'secret host', facts))
      expect(problem.status).toBe(status)
      expect(problem.fields).toEqual({ 'proxy-status': `lastbyte;error=${proxyError}` })
      expect(problem.detail).not.toContain('secret')
    },
  )

  it.each([
    ['an unknown upstream error', { proxy: 'lastbyte', proxyError: 'toString' }],
    ['an upstream error without a proxy', { proxyError: 'dns_error' }],
  ])('returns no Proxy-Status for %s', (_what, facts) => {
    const problem = problemForError(new LastbyteError('SOURCE_FAILED', 'm', facts))
    expect(problem.fields).toBeUndefined()
  })

  it.each([null, undefined, 'text', 5, {}, new Error('secret'), Object.create(null)])(
    'returns 500 without a detail for %s, which is not a LastbyteError',
    (thrown) => {
      expect(problemForError(thrown)).toEqual({ status: 500 })
    },
  )
})

describe('A problem document', () => {
  it('is JSON of RFC 9457 with a Content-Length in bytes', () => {
    const bytes = problemBytes({ status: 404, detail: 'U+010A: Ċ' })
    expect(JSON.parse(bytes.toString())).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'U+010A: Ċ',
    })
    expect(problemFields(bytes)).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      'x-content-type-options': 'nosniff',
      'content-length': String(bytes.length),
    })
  })
})

it('a problem document has no character on which a terminal acts', () => {
  const text = problemBytes({ status: 400, detail: 'received "\x1b\u009b\u202e"' }).toString()
  expect(text).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
  expect(JSON.parse(text).detail).toBe('received "\x1b\u009b\u202e"')
})
