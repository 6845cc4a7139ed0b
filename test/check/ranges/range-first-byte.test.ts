import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that fails for the first byte', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=0-0' }, attempt: [2] },
        fault: { kind: 'status', status: 416 },
      },
    ],
    fails: ['range-first-byte'],
  })
})
