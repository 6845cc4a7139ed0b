import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that takes the last byte for a byte past the end', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=199999-199999' } },
        fault: { kind: 'status', status: 416 },
      },
    ],
    // Transfers that are cut before their last byte.
    fails: ['range-last-byte', 'resume-like-aria2', 'resume-like-safari', 'resume-like-undici'],
  })
})
