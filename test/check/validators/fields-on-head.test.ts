import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each([
  { remove: 'etag' },
  { remove: 'last-modified' },
  { set: { etag: '"other"' } },
  { set: { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' } },
])('finds other validators on HEAD than on GET: %j', async (edit) => {
  await expectFound({
    rules: [{ match: { method: 'HEAD' }, fault: { kind: 'response-fields', ...edit } }],
    fails: ['fields-on-head'],
  })
})
