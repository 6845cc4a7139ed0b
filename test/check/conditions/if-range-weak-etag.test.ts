import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { ignoring } from '../../fixture/condition-mutants.js'

it('finds a server that sends the range for a weak ETag in If-Range', async () => {
  await expectFound({ rules: [ignoring('if-range', '1-3')], fails: ['if-range-weak-etag'] })
})
