import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each(['5f3a', '"5f3a', "'5f3a'", 'w/"5f3a"', 'W/5f3a', '"a", "b"', '"a"-gzip'])(
  'finds the malformed ETag %s',
  async (etag) => {
    await expectFound({
      rules: [{ fault: { kind: 'response-fields', set: { etag } } }],
      fails: ['etag-syntax'],
    })
  },
)
