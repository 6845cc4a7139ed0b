import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that refuses a range that ends past the end', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=199998-200999' } },
        fault: { kind: 'status', status: 416 },
      },
    ],
    fails: ['range-end-clamped'],
  })
})
