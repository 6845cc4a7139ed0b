import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that closes the connection after each response', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=0-2' } },
        fault: { kind: 'response-fields', set: { connection: 'close' } },
      },
    ],
    fails: ['end-kept-alive'],
  })
})
