import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that fails an If-Range without a Range', async () => {
  await expectFound({
    rules: [
      {
        match: { range: 'absent', headers: { 'if-range': '*' } },
        fault: { kind: 'status', status: 412 },
      },
    ],
    fails: ['if-range-without-range'],
  })
})
