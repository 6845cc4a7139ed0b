import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that answers POST with 206', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=1-2' }, method: 'POST' },
        fault: { kind: 'status', status: 206 },
      },
    ],
    fails: ['range-on-post'],
  })
})
