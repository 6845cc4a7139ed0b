import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that refuses two ranges', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=0-1,199998-199999' } },
        fault: { kind: 'status', status: 416 },
      },
    ],
    fails: ['range-several'],
  })
})

it('finds a server that sends a wrong byte in the second of two parts', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=0-1,199998-199999' } },
        fault: { kind: 'corrupt', at: 199999 },
      },
    ],
    fails: ['range-several'],
    options: { only: ['ranges', 'agreement'] },
  })
})

it('finds a server that ends a multipart before its last part', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=0-1,199998-199999' } },
        fault: { kind: 'truncate', at: 199_999 },
      },
    ],
    fails: ['range-several'],
    options: { only: ['ranges', 'agreement'] },
  })
})

it('finds a server that answers two ranges with a slice of another place', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=0-1,199998-199999' } },
        fault: { kind: 'request-fields', set: { range: 'bytes=5-9' } },
      },
    ],
    fails: ['range-several'],
    options: { only: ['ranges', 'agreement'] },
  })
})
