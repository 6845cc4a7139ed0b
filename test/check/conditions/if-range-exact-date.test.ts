import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { refusing } from '../../fixture/condition-mutants.js'

it('finds a server that fails an If-Range of the current date', async () => {
  await expectFound({ rules: [refusing('if-range', '2-3')], fails: ['if-range-exact-date'] })
})

// The server does not trust a date that was set by a program. Without an ETag it fails checks of validators, too.
it('finds a server that has no ETag and does not trust its date', async () => {
  await expectFound({
    rules: [{ fault: { kind: 'response-fields', remove: ['etag'] } }],
    options: { only: ['conditions'] },
    fails: ['if-range-exact-date'],
  })
})
