import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that cuts the start of a range to 64 bits', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=18446744073709551616-18446744073709551617' } },
        fault: { kind: 'request-fields', set: { range: 'bytes=0-1' } },
      },
    ],
    fails: ['range-beyond-64-bits'],
  })
})

it('finds a server that rounds the end of a range to a wrong place', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=199998-18446744073709551617' } },
        fault: { kind: 'request-fields', set: { range: 'bytes=199998-199998' } },
      },
    ],
    fails: ['range-beyond-64-bits'],
    options: { only: ['ranges', 'agreement'] },
  })
})
