import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that ignores a range without an end', async () => {
  await expectFound({
    rules: [{ match: { headers: { range: 'bytes=199000-' } }, fault: { kind: 'ignore-range' } }],
    fails: ['range-open-end'],
  })
})

it('finds a server that ends before the end of the representation', async () => {
  await expectFound({
    rules: [
      { match: { headers: { range: 'bytes=199000-' } }, fault: { kind: 'truncate', at: 199_990 } },
    ],
    fails: ['range-open-end'],
    options: { only: ['ranges', 'agreement'] },
  })
})
