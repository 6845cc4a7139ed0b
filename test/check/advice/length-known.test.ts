import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a first response without Content-Length', async () => {
  await expectFound({
    rules: [{ match: { method: 'GET', range: 'absent', attempt: 1 }, fault: { kind: 'chunked' } }],
    fails: ['length-known'],
  })
})
