import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that ignores a suffix', async () => {
  await expectFound({
    rules: [{ match: { headers: { range: 'bytes=-500' } }, fault: { kind: 'ignore-range' } }],
    fails: ['range-suffix'],
  })
})
