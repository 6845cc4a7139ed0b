import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that sends other bytes from the middle than in the whole', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=100000-104095' } },
        fault: { kind: 'corrupt', at: 104_000 },
      },
    ],
    fails: ['range-middle'],
  })
})

it('finds a server that refuses a range in the middle', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=100000-104095' } },
        fault: { kind: 'status', status: 416 },
      },
    ],
    fails: ['range-middle'],
    options: { only: ['ranges', 'agreement'] },
  })
})
