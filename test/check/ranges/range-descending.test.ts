import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that refuses ranges in descending order', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=199998-199999,0-0' } },
        fault: { kind: 'status', status: 416 },
      },
    ],
    fails: ['range-descending'],
  })
})

it('finds a server that sends a wrong byte for ranges in descending order', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=199998-199999,0-0' } },
        fault: { kind: 'corrupt', at: 0 },
      },
    ],
    fails: ['range-descending'],
    options: { only: ['ranges', 'agreement'] },
  })
})
