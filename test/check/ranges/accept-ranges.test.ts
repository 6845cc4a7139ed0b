import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that answers ranges without announcing it', async () => {
  await expectFound({
    rules: [
      { match: { range: 'absent' }, fault: { kind: 'response-fields', remove: 'accept-ranges' } },
    ],
    fails: ['accept-ranges'],
  })
})
