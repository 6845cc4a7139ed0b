import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each(['gzip', 'br'])('finds a video with Content-Encoding: %s', async (coding) => {
  await expectFound({
    rules: [
      {
        match: { headers: { 'accept-encoding': 'gzip, br' }, range: 'absent' },
        fault: { kind: 'response-fields', set: { 'content-encoding': coding } },
      },
    ],
    fails: ['coding-on-media'],
  })
})
