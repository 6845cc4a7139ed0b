import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

const onHead = (edit: object) =>
  ({ match: { method: 'HEAD' }, fault: { kind: 'response-fields', ...edit } }) as const

it('finds another ETag on HEAD than on GET', async () => {
  await expectFound({ rules: [onHead({ set: { etag: '"other"' } })], fails: ['fields-on-head'] })
})

it.each([
  { remove: 'etag' },
  { remove: 'last-modified' },
  { set: { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' } },
])('finds other validators on HEAD than on GET: %j', async (edit) => {
  const options = { only: ['validators'] }
  await expectFound({ rules: [onHead(edit)], options, fails: ['fields-on-head'] })
})
