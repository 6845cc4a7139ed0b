import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that sends a wrong byte in ranges that overlap', async () => {
  await expectFound({
    rules: [{ match: { headers: { range: 'bytes=0-2,1-3' } }, fault: { kind: 'corrupt', at: 2 } }],
    fails: ['range-overlapping'],
  })
})

it('finds a server that fails for ranges that overlap', async () => {
  await expectFound({
    rules: [
      { match: { headers: { range: 'bytes=0-2,1-3' } }, fault: { kind: 'status', status: 500 } },
    ],
    fails: ['range-overlapping'],
    options: { only: ['ranges', 'agreement'] },
  })
})

it('accepts a server that does not support ranges that overlap', async () => {
  await expectFound({
    rules: [
      { match: { headers: { range: 'bytes=0-2,1-3' } }, fault: { kind: 'status', status: 501 } },
    ],
    fails: [],
    options: { only: ['range-overlapping'] },
  })
})
