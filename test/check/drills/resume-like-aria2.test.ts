import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each([
  {
    defect: 'announces another range to aria2',
    rule: {
      match: { headers: { 'user-agent': 'aria2/1.37.0', range: '*' } },
      fault: { kind: 'wrong-content-range' },
    },
  },
  {
    defect: 'fails for the last byte of aria2',
    rule: {
      match: { headers: { 'user-agent': 'aria2/1.37.0', range: 'bytes=199999-199999' } },
      fault: { kind: 'status', status: 416 },
    },
  },
] as const)('finds a server that $defect', async ({ rule }) => {
  await expectFound({ rules: [rule], fails: ['resume-like-aria2'] })
})
