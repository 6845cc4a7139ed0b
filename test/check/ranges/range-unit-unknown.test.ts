import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that refuses a unit that it does not know', async () => {
  await expectFound({
    rules: [{ match: { headers: { range: 'lines=0-0' } }, fault: { kind: 'status', status: 416 } }],
    fails: ['range-unit-unknown'],
  })
})

it('finds a server that takes every unit for bytes', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'lines=0-0' } },
        fault: { kind: 'request-fields', set: { range: 'bytes=0-0' } },
      },
    ],
    fails: ['range-unit-unknown'],
    options: { only: ['ranges', 'agreement'] },
  })
})
