import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each([
  {
    defect: 'ignores the Range of curl',
    rule: {
      match: { headers: { 'user-agent': 'curl/8.14.1', range: '*' } },
      fault: { kind: 'ignore-range' },
    },
  },
  {
    defect: 'refuses curl',
    rule: {
      match: { headers: { 'user-agent': 'curl/8.14.1' } },
      fault: { kind: 'status', status: 403 },
    },
  },
  {
    defect: 'sends curl other bytes in the middle',
    rule: {
      match: { headers: { 'user-agent': 'curl/8.14.1', range: 'bytes=100000-' } },
      fault: { kind: 'corrupt', at: 100_100 },
    },
  },
] as const)('finds a server that $defect', async ({ rule }) => {
  await expectFound({ rules: [rule], fails: ['resume-like-curl'] })
})
