import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server whose body ends with the connection', async () => {
  await expectFound({
    rules: [{ match: { range: 'present', attempt: 1 }, fault: { kind: 'until-close' } }],
    fails: ['end-framed'],
  })
})
