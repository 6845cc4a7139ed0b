import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each([
  {
    defect: 'ignores the probe of Safari',
    rule: {
      match: {
        headers: {
          'user-agent': 'AppleCoreMedia/1.0.0.24G84 (Macintosh; U; Intel Mac OS X 15_6; en_us)',
          range: 'bytes=0-1',
        },
      },
      fault: { kind: 'ignore-range' },
    },
  },
  {
    defect: 'announces another total to Safari',
    rule: {
      match: {
        headers: {
          'user-agent': 'AppleCoreMedia/1.0.0.24G84 (Macintosh; U; Intel Mac OS X 15_6; en_us)',
          range: 'bytes=0-1',
        },
      },
      fault: { kind: 'response-fields', set: { 'content-range': 'bytes 0-1/2' } },
    },
  },
  {
    defect: 'refuses the first range of Safari',
    rule: {
      match: {
        headers: {
          'user-agent': 'AppleCoreMedia/1.0.0.24G84 (Macintosh; U; Intel Mac OS X 15_6; en_us)',
          range: 'bytes=0-199999',
        },
      },
      fault: { kind: 'status', status: 403 },
    },
  },
  {
    defect: 'ignores a range of Safari in the middle',
    rule: {
      match: {
        headers: {
          'user-agent': 'AppleCoreMedia/1.0.0.24G84 (Macintosh; U; Intel Mac OS X 15_6; en_us)',
          range: 'bytes=100000-199999',
        },
      },
      fault: { kind: 'ignore-range' },
    },
  },
] as const)('finds a server that $defect', async ({ rule }) => {
  await expectFound({ rules: [rule], fails: ['resume-like-safari'] })
})

it('finds no defect in a server that answers the first range of Safari, which is the whole, with 200', async () => {
  const match = { headers: { 'user-agent': 'AppleCoreMedia/*', range: 'bytes=0-199999' } }
  await expectFound({ rules: [{ match, fault: { kind: 'ignore-range' } }], fails: [] })
})
