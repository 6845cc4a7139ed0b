import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server whose slices have another byte than the whole', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=114285-115308' } },
        fault: { kind: 'corrupt', at: 114_300 },
      },
    ],
    fails: ['slice-matches-whole'],
  })
})

it('finds a server that sends the bytes of another place', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=28571-29594' } },
        fault: [
          { kind: 'request-fields', set: { range: 'bytes=28572-29595' } },
          { kind: 'response-fields', set: { 'content-range': 'bytes 28571-29594/200000' } },
        ],
      },
    ],
    fails: ['slice-matches-whole'],
    options: { only: ['ranges', 'agreement'] },
  })
})
