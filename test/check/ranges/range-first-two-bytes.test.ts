import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that shifts Content-Range of the first two bytes', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=0-1', 'if-match': null } },
        fault: { kind: 'wrong-content-range' },
      },
    ],
    // The first request of Safari.
    fails: ['range-first-two-bytes', 'resume-like-safari'],
  })
})
