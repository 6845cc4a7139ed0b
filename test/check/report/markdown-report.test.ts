import { expect, it } from 'vitest'
import { markdownReport } from '../../../src/check/report/markdown-report.js'
import { skipped } from '../../../src/check/subject/finding.js'
import { failure, reportOf, resultOf } from '../../fixture/check-results.js'

it('a report has a heading for each failure, and a block with its line of curl', () => {
  const results = [
    resultOf(failure('a', '<b>')),
    resultOf(failure(), { id: 'cors-exposes-fields', strength: 'advice' }),
    resultOf(skipped('no ETag'), { id: 'etag-syntax' }),
  ]
  const text = markdownReport(reportOf(results))
  expect(text.match(/^#+ .*$/gm)).toEqual([
    '# lastbyte check http://host/f',
    '### range-first-byte',
    '## Advice',
    '### cors-exposes-fields',
    '## Skipped',
  ])
  expect(text).toContain('- received: \\<b\\>\n')
  expect(text).toMatch(/```sh\ncurl .*\n```\n/)
  expect(text).toContain('- no ETag: etag-syntax\n')
  expect(text).not.toContain('secret')
})

it('a text of the server can end no block', () => {
  const text = markdownReport(reportOf([resultOf(failure('a', '\n```\n# b'))]))
  expect(text.match(/^```/gm)).toHaveLength(2)
  expect(text).not.toMatch(/^# b/m)
})
