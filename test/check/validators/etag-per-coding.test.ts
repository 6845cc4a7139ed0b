import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it.each(['gzip', 'br'])('finds the ETag of the uncompressed file with %s', async (coding) => {
  const set = { 'content-encoding': coding }
  await expectFound({
    rules: [
      {
        match: { headers: { 'accept-encoding': coding }, range: 'absent' },
        fault: { kind: 'response-fields', set },
      },
    ],
    fails: ['etag-per-coding'],
  })
})
