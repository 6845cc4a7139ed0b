import { it } from 'vitest'
import { expectFoundByChange, LARGE_SIZE } from '../../fixture/change-mutant.js'

it('finds a server that mixes two versions in a complete body during the change append', async () => {
  await expectFoundByChange({
    size: LARGE_SIZE,
    after: 'change-truncate-in-flight',
    isLeft: true,
    lies: [
      { match: { range: 'absent' }, fault: { kind: 'corrupt', at: 6_000_000, length: 1_000_000 } },
    ],
    fails: ['change-append-in-flight'],
  })
})
