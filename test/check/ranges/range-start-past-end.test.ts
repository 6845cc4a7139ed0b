import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that sends the whole to a client that has all of it', async () => {
  await expectFound({
    rules: [{ match: { headers: { range: 'bytes=200000-' } }, fault: { kind: 'ignore-range' } }],
    fails: ['range-start-past-end'],
  })
})

it('finds a server that sends 416 without the size', async () => {
  await expectFound({
    rules: [
      { match: { headers: { range: 'bytes=201000-' } }, fault: { kind: 'status', status: 416 } },
    ],
    fails: ['range-start-past-end'],
    options: { only: ['ranges', 'agreement'] },
  })
})
