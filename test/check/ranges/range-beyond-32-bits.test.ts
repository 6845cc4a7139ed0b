import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that cuts the start of a range to 32 bits', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=4294967296-4294967297' } },
        fault: { kind: 'request-fields', set: { range: 'bytes=0-1' } },
      },
    ],
    fails: ['range-beyond-32-bits'],
  })
})

it('finds a server that cuts the end of a range to 32 bits', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=199998-4294967297' } },
        fault: { kind: 'request-fields', set: { range: 'bytes=199998-1' } },
      },
    ],
    fails: ['range-beyond-32-bits'],
    options: { only: ['ranges', 'agreement'] },
  })
})
