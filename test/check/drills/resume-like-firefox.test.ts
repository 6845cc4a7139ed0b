import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each([
  {
    defect: 'fails the preconditions of Firefox',
    rule: {
      match: {
        headers: {
          'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
          'if-match': '*',
          'if-unmodified-since': '*',
        },
      },
      fault: { kind: 'status', status: 412 },
    },
  },
  {
    defect: 'resets the connection when Firefox continues after its first byte',
    rule: {
      match: {
        headers: {
          'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
          range: 'bytes=1-',
        },
      },
      fault: { kind: 'connection-reset', at: 100 },
    },
  },
] as const)('finds a server that $defect', async ({ rule }) => {
  await expectFound({ rules: [rule], fails: ['resume-like-firefox'] })
})
