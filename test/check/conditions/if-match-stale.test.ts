import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { ignoring } from '../../fixture/condition-mutants.js'

it('finds a server that sends the range for an If-Match of another version', async () => {
  await expectFound({ rules: [ignoring('if-match', '2-3')], fails: ['if-match-stale'] })
})

it('finds a server that ignores If-Match where the range has no end', async () => {
  await expectFound({
    rules: [ignoring('if-match', '2-')],
    options: { only: ['conditions'] },
    fails: ['if-match-stale'],
  })
})

it.each(['"Ab1"', '"aB0"'])(
  'finds a server that takes %s in If-Match for its ETag "aB1"',
  async (tag) => {
    await expectFound({
      rules: [
        { fault: { kind: 'response-fields', set: { etag: '"aB1"' } } },
        {
          match: { headers: { 'if-match': tag } },
          fault: { kind: 'request-fields', remove: ['if-match'] },
        },
      ],
      options: { only: ['if-match-stale'] },
      fails: ['if-match-stale'],
    })
  },
)
