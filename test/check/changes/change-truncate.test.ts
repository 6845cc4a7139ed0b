import { it } from 'vitest'
import { expectFoundByChange } from '../../fixture/change-mutant.js'

it.each(['if-range', 'if-match'])(
  'finds a server that ignores %s after the file was changed by truncate',
  async (remove) => {
    await expectFoundByChange({
      change: 'truncate',
      lies: [{ fault: { kind: 'request-fields', remove } }],
      fails: ['change-truncate'],
    })
  },
)
