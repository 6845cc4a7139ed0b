import { it } from 'vitest'
import { expectFoundByChange } from '../../fixture/change-mutant.js'

it.each(['if-range', 'if-match'])(
  'finds a server that ignores %s after the file was changed by rewrite',
  async (remove) => {
    await expectFoundByChange({
      change: 'rewrite',
      lies: [{ fault: { kind: 'request-fields', remove } }],
      fails: ['change-rewrite'],
    })
  },
)
