import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each([
  {
    defect: 'ignores the Range of Chromium',
    rule: {
      match: {
        headers: {
          'user-agent':
            'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
          'if-range': '*',
        },
      },
      fault: { kind: 'ignore-range' },
    },
  },
  {
    defect: 'sends Chromium other bytes before the last one',
    rule: {
      match: {
        headers: {
          'user-agent':
            'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
          range: 'bytes=195903-',
        },
      },
      fault: { kind: 'corrupt', at: 199_000 },
    },
  },
] as const)('finds a server that $defect', async ({ rule }) => {
  await expectFound({ rules: [rule], fails: ['resume-like-chromium'] })
})
