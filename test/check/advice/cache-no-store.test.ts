import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each(['no-store', 'private, No-Store', 'no-cache, no-store, must-revalidate'])(
  'finds Cache-Control: %s',
  async (value) => {
    await expectFound({
      rules: [{ fault: { kind: 'response-fields', set: { 'cache-control': value } } }],
      fails: ['cache-no-store'],
    })
  },
)
