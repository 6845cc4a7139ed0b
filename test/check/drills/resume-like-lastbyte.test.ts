import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each([
  {
    defect: 'ignores a Range of lastbyte in the middle',
    rule: {
      match: { headers: { 'if-range': '*', range: 'bytes=95904-' }, attempt: 2 },
      fault: { kind: 'ignore-range' },
    },
  },
  {
    defect: 'sends lastbyte another last byte',
    rule: {
      match: { headers: { 'if-range': '*', range: 'bytes=199999-' }, attempt: 2 },
      fault: { kind: 'corrupt', at: 0, from: 'response' },
    },
  },
] as const)('finds a server that $defect', async ({ rule }) => {
  await expectFound({ rules: [rule], fails: ['resume-like-lastbyte'] })
})
