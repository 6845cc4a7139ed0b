import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that ignores Range', async () => {
  await expectFound({
    rules: [{ match: { range: 'present' }, fault: { kind: 'ignore-range' } }],
    fails: ['accept-ranges', 'ranges-supported'],
  })
})
