import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that refuses the unit of ranges in capitals', async () => {
  await expectFound({
    rules: [{ match: { headers: { range: 'Bytes=1-1' } }, fault: { kind: 'status', status: 416 } }],
    fails: ['range-unit-case'],
  })
})

it('finds a server that sends another byte for a unit in capitals', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'Bytes=1-1' } },
        fault: { kind: 'request-fields', set: { range: 'bytes=2-2' } },
      },
    ],
    fails: ['range-unit-case'],
    options: { only: ['ranges', 'agreement'] },
  })
})
