import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each([
  {
    defect: 'fails the precondition of undici',
    rule: {
      match: { headers: { 'if-match': '*', range: 'bytes=1-199999' } },
      fault: { kind: 'status', status: 412 },
    },
  },
  {
    defect: 'sends undici other bytes after 64 KiB',
    rule: {
      match: { headers: { 'if-match': '*', range: 'bytes=65536-199999' } },
      fault: { kind: 'corrupt', at: 65_600 },
    },
  },
] as const)('finds a server that $defect', async ({ rule }) => {
  await expectFound({ rules: [rule], fails: ['resume-like-undici'] })
})
