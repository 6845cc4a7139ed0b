import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that chunks for HTTP/1.0', async () => {
  await expectFound({
    rules: [
      {
        match: { protocol: 'HTTP/1.0', range: 'absent' },
        fault: {
          kind: 'response-fields',
          remove: 'content-length',
          set: { 'transfer-encoding': 'chunked' },
        },
      },
    ],
    fails: ['http-1-0-framing'],
  })
})
