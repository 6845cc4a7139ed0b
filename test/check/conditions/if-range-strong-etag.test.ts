import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { faultOf } from '../../fixture/condition-mutants.js'

it('finds a server that ignores Range where If-Range has the current ETag', async () => {
  await expectFound({
    rules: [faultOf('if-range', '1-2', { kind: 'request-fields', remove: ['range'] })],
    fails: ['if-range-strong-etag'],
  })
})
