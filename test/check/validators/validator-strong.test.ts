import { expect, it } from 'vitest'
import { EVERY_CHECK, expectFound } from '../../fixture/check-mutant.js'

const IDS = ['etag-strong', 'validator-strong']
const WEAK = { kind: 'response-fields', set: { etag: 'W/"1"' } } as const

it('finds a server without validators, which has no strong ETag either', async () => {
  const report = await expectFound({
    server: { etag: false, lastModified: false },
    options: EVERY_CHECK,
    fails: IDS,
  })
  expect(report.level).toBe('resumes')
})

it.each([
  ['a weak ETag alone', [WEAK, { kind: 'response-fields', remove: 'last-modified' }]],
  ['a weak ETag and no Date', [WEAK, { kind: 'response-fields', remove: 'date' }]],
] as const)('finds a server that sends %s', async (_, fault) => {
  const options = { only: ['validators'] }
  const report = await expectFound({ rules: [{ fault }], options, fails: IDS })
  expect(report.level).toBe('resumes')
})

it('finds a server without ETag whose file was modified just now', async () => {
  const set = { 'last-modified': new Date(Date.now() - 30_000).toUTCString() }
  await expectFound({
    rules: [{ fault: { kind: 'response-fields', remove: 'etag', set } }],
    options: { only: ['validators'] },
    fails: [...IDS, 'last-modified-strong'],
  })
})
