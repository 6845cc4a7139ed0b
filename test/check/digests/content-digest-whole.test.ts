import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a Content-Digest of other bytes in a 200', async () => {
  const set = { 'content-digest': `sha-256=:${'='.padStart(44, 'A')}:` }
  await expectFound({
    rules: [
      {
        match: { method: 'GET', headers: { 'want-content-digest': '*' }, range: 'absent' },
        fault: { kind: 'response-fields', set },
      },
    ],
    fails: ['content-digest-whole'],
  })
})
