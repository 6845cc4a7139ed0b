import { expect, it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

const WEAK = { kind: 'response-fields', set: { etag: 'W/"1"' } } as const

it.each([
  ['no validator', [{ kind: 'response-fields', remove: ['etag', 'last-modified'] }]],
  ['a weak ETag alone', [WEAK, { kind: 'response-fields', remove: 'last-modified' }]],
  ['a weak ETag and no Date', [WEAK, { kind: 'response-fields', remove: 'date' }]],
] as const)('finds a server that sends %s', async (_, fault) => {
  const report = await expectFound({
    rules: [{ fault }],
    fails: ['etag-strong', 'validator-strong'],
  })
  expect(report.level).toBe('resumes')
})

it('finds a server without ETag whose file was modified just now', async () => {
  const lastModified = new Date(Date.now() - 30_000).toUTCString()
  const set = { 'last-modified': lastModified }
  await expectFound({
    rules: [{ fault: { kind: 'response-fields', remove: 'etag', set } }],
    fails: ['etag-strong', 'last-modified-strong', 'validator-strong'],
  })
})
