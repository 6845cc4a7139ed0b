import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { expect, it } from 'vitest'
import { jsonReport, jsonText } from '../../../src/check/report/json-report.js'
import { failed, PASSED, skipped } from '../../../src/check/subject/finding.js'
import {
  exchangeOf,
  failure,
  reportOf,
  resultOf,
  sentRequest,
} from '../../fixture/check-results.js'

const ajv = new Ajv({ allErrors: true })
addFormats.default(ajv)
const isValid = ajv.compile(JSON.parse(readFileSync('docs/schemas/check-report.json', 'utf8')))

const NO_RESPONSE = { kind: 'failed', exchange: undefined, expected: 'a', received: 'b' } as const

it('a report is a document of the schema, whatever the results are', () => {
  const results = [
    resultOf(PASSED),
    resultOf(skipped('no ETag'), { level: undefined }),
    resultOf(failure()),
    resultOf(NO_RESPONSE, { strength: 'advice' }),
  ]
  for (const size of [5, undefined]) {
    const document = JSON.parse(jsonReport(reportOf(results, { size })))
    expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true)
    expect(document).toMatchObject({
      level: 'none',
      size: size ?? null,
      failed: ['range-first-byte'],
      advice: ['range-first-byte'],
      results: [
        { outcome: 'passed' },
        { outcome: 'skipped', reason: 'no ETag', level: null },
        {
          outcome: 'failed',
          expected: '200',
          received: '206',
          request: { method: 'GET', url: 'http://host/f', version: '1.1' },
          response: { status: 206, fields: [['Content-Range', 'bytes 0-0/5']], end: 'complete' },
          curl: expect.stringMatching(/^curl .*\$AUTHORIZATION/),
        },
        { outcome: 'failed', request: null, response: null, curl: null },
      ],
    })
  }
})

it('an error of the command is a document of the schema', () => {
  const error = { code: 'REFUSED', message: 'received status 404' }
  expect(isValid({ url: 'http://host/f', error })).toBe(true)
})

it('a document has no secret of the request', () => {
  expect(jsonReport(reportOf([resultOf(failure('x', 'Bearer secret'))]))).not.toContain('secret')
})

it('characters on which a terminal acts are escaped, and the JSON is the same', () => {
  const text = jsonText({ a: '\u009b2J\u202e\n' })
  expect(text).not.toMatch(/[\u009b\u202e]/)
  expect(JSON.parse(text)).toEqual({ a: '\u009b2J\u202e\n' })
})

it('a session that a response opens is not in the document', () => {
  const lines = [['Set-Cookie', 'session=SECRET; HttpOnly']] as const
  const exchange = { ...exchangeOf(sentRequest()), lines }
  const text = jsonReport(reportOf([resultOf(failed(exchange, 'a', 'b'))]))
  expect(text).not.toContain('SECRET')
  expect(JSON.parse(text).results[0].response.fields).toEqual([['Set-Cookie', '…']])
})

it('a cookie that an open field of the request repeats is not in the document', () => {
  const fields = { cookie: 'session=SECRET', 'if-match': '"session=SECRET"' }
  const finding = failure('a', 'b', sentRequest({ fields }))
  expect(jsonReport(reportOf([resultOf(finding)]))).not.toContain('SECRET')
})
