import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that sends a range of another version than that of If-Range', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { 'if-range': '"of-no-version"' } },
        fault: { kind: 'request-fields', remove: ['if-range'] },
      },
    ],
    fails: ['if-range-stale-etag'],
  })
})
