import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that answers POST with 206', async () => {
  await expectFound({
    front: [{ match: { method: 'POST' }, fault: { kind: 'status', status: 206 } }],
    fails: ['range-on-post'],
  })
})
