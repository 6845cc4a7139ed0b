import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that refuses a range in HTTP/1.0', async () => {
  await expectFound({
    rules: [
      { match: { protocol: 'HTTP/1.0', range: 'present' }, fault: { kind: 'status', status: 400 } },
    ],
    fails: ['http-1-0-range'],
  })
})
