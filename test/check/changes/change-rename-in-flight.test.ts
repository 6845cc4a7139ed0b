import { it } from 'vitest'
import { expectFoundByChange, LARGE_SIZE } from '../../fixture/change-mutant.js'

it('finds a server that ends a complete body with the bytes of another version during the change rename', async () => {
  await expectFoundByChange({
    size: LARGE_SIZE,
    after: 'change-rewrite-in-flight',
    isLeft: true,
    lies: [{ match: { range: 'absent' }, fault: { kind: 'corrupt', at: 8_999_999, length: 1 } }],
    fails: ['change-rename-in-flight'],
  })
})
