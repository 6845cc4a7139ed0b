import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each([[[6]], [[2, 4, 6]]])(
  'finds servers behind one address of which some send another ETag: those of connections %j',
  async (attempt) => {
    const set = { etag: '"other"' }
    await expectFound({
      rules: [
        {
          match: { headers: { range: 'bytes=0-4' }, attempt },
          fault: { kind: 'response-fields', set },
        },
      ],
      fails: ['etag-stable-connections'],
    })
  },
)
