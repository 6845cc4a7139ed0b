import { expect, it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server without ETag, which its clients can resume safely by its dates', async () => {
  const report = await expectFound({ server: { etag: false }, fails: ['etag-strong'] })
  expect(report.level).toBe('proves')
})

it('finds a weak ETag', async () => {
  await expectFound({
    rules: [{ fault: { kind: 'response-fields', set: { etag: 'W/"1"' } } }],
    fails: ['etag-strong'],
  })
})
