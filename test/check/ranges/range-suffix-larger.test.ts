import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that refuses a suffix longer than the representation', async () => {
  await expectFound({
    rules: [
      { match: { headers: { range: 'bytes=-200001' } }, fault: { kind: 'status', status: 416 } },
    ],
    fails: ['range-suffix-larger'],
  })
})

it('finds a server that sends less than the whole for a suffix longer than it', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=-200001' } },
        fault: { kind: 'request-fields', set: { range: 'bytes=1-' } },
      },
    ],
    fails: ['range-suffix-larger'],
    options: { only: ['ranges', 'agreement'] },
  })
})
