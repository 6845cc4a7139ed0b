import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that answers HEAD with the fields of a slice', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=1-2' }, method: 'HEAD' },
        fault: { kind: 'status', status: 206 },
      },
    ],
    fails: ['range-on-head'],
  })
})
