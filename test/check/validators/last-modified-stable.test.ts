import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a Last-Modified that differs on the third connection', async () => {
  const set = { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' }
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=0-6' }, attempt: 3 },
        fault: { kind: 'response-fields', set },
      },
    ],
    fails: ['last-modified-stable'],
  })
})
