import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

const range = `bytes=${Array.from({ length: 100 }, (_, index) => `${index * 2000}-${index * 2000}`)}`

it('finds a server that fails for a hundred ranges', async () => {
  await expectFound({
    rules: [{ match: { headers: { range } }, fault: { kind: 'status', status: 500 } }],
    fails: ['range-many'],
  })
})

it('finds a server that sends a wrong byte for a hundred ranges', async () => {
  await expectFound({
    rules: [{ match: { headers: { range } }, fault: { kind: 'corrupt', at: 4000 } }],
    fails: ['range-many'],
    options: { only: ['ranges', 'agreement'] },
  })
})

it('finds a server that sends the whole eight times for as many ranges', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=0-,0-,0-,0-,0-,0-,0-,0-' } },
        fault: { kind: 'response-fields', set: { 'content-length': '1600900' } },
      },
    ],
    fails: ['range-many'],
    options: { only: ['ranges', 'agreement'] },
  })
})
