import { it } from 'vitest'
import { CHECKED_SIZE, expectFound } from '../../fixture/check-mutant.js'
import { pattern } from '../../fixture/files.js'
import { reprDigest } from '../../fixture/sha256.js'

it('finds a Content-Digest of the whole in a 206', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { 'want-content-digest': '*' }, range: 'present' },
        fault: {
          kind: 'response-fields',
          set: { 'content-digest': reprDigest(pattern(CHECKED_SIZE)) },
        },
      },
    ],
    fails: ['content-digest-slice'],
  })
})
