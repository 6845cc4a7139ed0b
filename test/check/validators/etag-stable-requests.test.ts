import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

const match = { headers: { range: 'bytes=0-3' } }

it('finds an ETag that differs between requests on one connection', async () => {
  await expectFound({
    rules: [{ match, fault: { kind: 'etag-flip' } }],
    fails: ['etag-stable-requests'],
  })
})

it('finds an ETag that one of three responses lacks', async () => {
  await expectFound({
    options: { only: ['validators'] },
    rules: [
      { match: { ...match, attempt: 2 }, fault: { kind: 'response-fields', remove: 'etag' } },
    ],
    fails: ['etag-stable-requests'],
  })
})

it('finds an ETag that differs between responses to HEAD, of a server without ranges', async () => {
  const set = { etag: '"other"' }
  await expectFound({
    server: { acceptRanges: false },
    rules: [{ match: { method: 'HEAD', attempt: 2 }, fault: { kind: 'response-fields', set } }],
    fails: ['etag-stable-requests'],
    options: { only: ['validators'] },
  })
})
