import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server whose Content-Range is longer than the body', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=1-1024' } },
        fault: { kind: 'response-fields', set: { 'content-range': 'bytes 1-1025/200000' } },
      },
    ],
    fails: ['content-range-matches-length'],
  })
})

it('finds a server whose Content-Range is malformed', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=1-1024' } },
        fault: { kind: 'response-fields', set: { 'content-range': '1-1024/200000' } },
      },
    ],
    fails: ['content-range-matches-length'],
    options: { only: ['ranges', 'agreement'] },
  })
})

it('finds a server that ends a body before the last byte of its range', async () => {
  await expectFound({
    rules: [
      { match: { headers: { range: 'bytes=1-1024' } }, fault: { kind: 'truncate', at: 1000 } },
    ],
    fails: ['content-range-matches-length'],
    options: { only: ['ranges', 'agreement'] },
  })
})
