import { expect, it } from 'vitest'
import { checkMutant, expectFound, failedIds } from '../../fixture/check-mutant.js'

const everywhere = {
  fault: {
    kind: 'response-fields',
    set: {
      'cache-control': 'max-age=60',
      expires: 'Sun, 06 Nov 2044 08:49:37 GMT',
      vary: 'accept-encoding',
      'content-location': '/film-1.mp4',
    },
  },
} as const
const match = { headers: { 'if-none-match': '*' }, range: 'absent' } as const

it.each([
  ...['etag', 'content-location'].map((remove) => ({ remove })),
  ...['date', 'cache-control', 'expires', 'vary'].map((remove) => ({ remove })),
  { set: { etag: '"other"' } },
  { set: { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' } },
])('finds a 304 without a field that the 200 has: %j', async (edit) => {
  await expectFound({
    rules: [everywhere, { match, fault: { kind: 'response-fields', ...edit } }],
    fails: ['fields-on-304'],
  })
})

it('finds a 304 to If-Modified-Since, of a server without ETag', async () => {
  await expectFound({
    server: { etag: false },
    rules: [
      {
        match: { headers: { 'if-modified-since': '*' } },
        fault: { kind: 'response-fields', remove: 'cache-control' },
      },
    ],
    fails: ['etag-strong', 'fields-on-304'],
  })
})

it('accepts a 304 without Last-Modified', async () => {
  const rules = [{ match, fault: { kind: 'response-fields', remove: 'last-modified' } }] as const
  expect(failedIds(await checkMutant({ rules }))).toEqual([])
})
