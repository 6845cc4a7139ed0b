import { expect, it } from 'vitest'
import { textReport } from '../../../src/check/report/text-report.js'
import { PASSED, skipped } from '../../../src/check/subject/finding.js'
import { failure, reportOf, resultOf } from '../../fixture/check-results.js'

const ADVICE = { id: 'cors-exposes-fields', group: 'advice', strength: 'advice' } as const

it('a report has the verdict, each failure, the skipped checks and advice, in this order', () => {
  const results = [
    resultOf(failure('200 and the whole', '206 with Content-Range: bytes 0-0/5')),
    resultOf(skipped('the server sends no ETag'), { id: 'etag-syntax' }),
    resultOf(failure('a field', 'none'), { ...ADVICE, level: undefined }),
  ]
  expect(textReport(reportOf(results))).toBe(`\
Level: none (clients cannot rely on resuming); 1 of 2 checks failed.
http://host/f (5 bytes): 3 requests, 2 KiB received

FAILED range-first-byte (MUST, RFC 9110 §14.1.1, level resumes)
  A range of the first byte is answered with that byte.
  sent      GET /f HTTP/1.1, Range: bytes=0-0, Authorization: …
  received  206 with Content-Range: bytes 0-0/5
  expected  200 and the whole
  breaks    Clients start over.
  reproduce curl -sS -o /dev/null -D - --max-filesize 1048576 -m 10 \\
            -H 'Range: bytes=0-0' -H 'Authorization: '"$AUTHORIZATION" \\
            http://host/f
  explained docs/checks/ranges.md#range-first-byte

Skipped 1 check; --verbose lists them.

ADVICE cors-exposes-fields (RFC 9110 §14.1.1)
  A range of the first byte is answered with that byte.
  sent      GET /f HTTP/1.1, Range: bytes=0-0, Authorization: …
  received  none
  expected  a field
  breaks    Clients start over.
  reproduce curl -sS -o /dev/null -D - --max-filesize 1048576 -m 10 \\
            -H 'Range: bytes=0-0' -H 'Authorization: '"$AUTHORIZATION" \\
            http://host/f
  explained docs/checks/advice.md#cors-exposes-fields
`)
})

it('lists the skipped checks by their reasons where it is verbose', () => {
  const report = reportOf([resultOf(skipped('no ETag'), { id: 'a' }), resultOf(PASSED)])
  expect(textReport(report, { verbose: true })).toMatch(/\nSkipped 1 check:\n {2}no ETag: a\n$/)
})

it('shows a text of the server without characters on which a terminal acts, and shortened', () => {
  const text = textReport(
    reportOf([resultOf(failure('x', `\u001b[2J\n\u202e${'y'.repeat(9000)}`))]),
  )
  expect(text).toContain('\\u001b[2J\\u000a\\u202e')
  expect(text.length).toBeLessThan(2000)
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
})

it('has colours only where they are wanted', () => {
  const report = reportOf([resultOf(failure())])
  expect(textReport(report)).not.toContain('\u001b')
  expect(textReport(report, { colour: true })).toContain('\u001b[31mFAILED\u001b[39m')
})

it('shows a failure without a response, and a file of unknown size', () => {
  const finding = { kind: 'failed', exchange: undefined, expected: 'a', received: 'b' } as const
  const text = textReport(reportOf([resultOf(finding)], { size: undefined }))
  expect(text).toMatch(/\(of unknown size\)/)
  expect(text).not.toMatch(/curl|sent/)
})
