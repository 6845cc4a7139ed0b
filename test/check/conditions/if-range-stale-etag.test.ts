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

it.each(['"Ab1"', '"aB0"'])(
  'finds a server that takes %s in If-Range for its ETag "aB1"',
  async (tag) => {
    await expectFound({
      rules: [
        { fault: { kind: 'response-fields', set: { etag: '"aB1"' } } },
        {
          match: { headers: { 'if-range': tag } },
          fault: { kind: 'request-fields', remove: ['if-range'] },
        },
      ],
      options: { only: ['if-range-stale-etag'] },
      fails: ['if-range-stale-etag'],
    })
  },
)
