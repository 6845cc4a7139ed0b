import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a video with Content-Encoding: gzip', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { 'accept-encoding': 'gzip, br' }, range: 'absent' },
        fault: { kind: 'response-fields', set: { 'content-encoding': 'gzip' } },
      },
    ],
    fails: ['coding-on-media'],
  })
})
