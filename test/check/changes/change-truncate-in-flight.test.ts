import { it } from 'vitest'
import { expectFoundByChange, LARGE_SIZE } from '../../fixture/change-mutant.js'

it('finds a server that sends nothing more and keeps the connection open during the change truncate', async () => {
  await expectFoundByChange({
    size: LARGE_SIZE,
    after: 'change-rename-in-flight',
    isLeft: true,
    lies: [{ match: { range: 'absent' }, fault: { kind: 'stall', at: 6_000_000 } }],
    options: { timeout: 3000 },
    fails: ['change-truncate-in-flight'],
  })
})
