import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each([
  {
    defect: 'ignores the Range of wget',
    rule: {
      match: { headers: { 'user-agent': 'Wget/1.25.0', range: '*' } },
      fault: { kind: 'ignore-range' },
    },
  },
  {
    defect: 'ends short when wget continues after 64 KiB',
    rule: {
      match: { headers: { 'user-agent': 'Wget/1.25.0', range: 'bytes=65536-' } },
      fault: { kind: 'truncate', at: 65_600 },
    },
  },
  {
    defect: 'sends wget another first byte',
    rule: {
      match: { headers: { 'user-agent': 'Wget/1.25.0' }, range: 'absent' },
      fault: { kind: 'corrupt', at: 0 },
    },
  },
] as const)('finds a server that $defect', async ({ rule }) => {
  await expectFound({ rules: [rule], fails: ['resume-like-wget'] })
})
