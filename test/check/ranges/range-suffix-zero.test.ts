import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that sends a byte for a suffix of no bytes', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=-0' } },
        fault: { kind: 'request-fields', set: { range: 'bytes=-1' } },
      },
    ],
    fails: ['range-suffix-zero'],
  })
})

it('finds a server that fails for a suffix of no bytes', async () => {
  await expectFound({
    rules: [{ match: { headers: { range: 'bytes=-0' } }, fault: { kind: 'status', status: 500 } }],
    fails: ['range-suffix-zero'],
    options: { only: ['ranges', 'agreement'] },
  })
})
