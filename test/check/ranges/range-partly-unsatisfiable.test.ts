import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that refuses ranges of which one can be satisfied', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=0-0,200010-200019' } },
        fault: { kind: 'status', status: 416 },
      },
    ],
    fails: ['range-partly-unsatisfiable'],
  })
})
