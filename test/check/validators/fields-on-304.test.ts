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

const removed = (name: string) =>
  [everywhere, { match, fault: { kind: 'response-fields', remove: name } }] as const

it('finds a 304 without the Vary of the 200', async () => {
  await expectFound({ rules: removed('vary'), fails: ['fields-on-304'] })
})

it.each([
  ...['etag', 'content-location'].map((remove) => ({ remove })),
  ...['date', 'cache-control', 'expires'].map((remove) => ({ remove })),
  { set: { etag: '"other"' } },
  { set: { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' } },
])('finds a 304 without a field that the 200 has: %j', async (edit) => {
  await expectFound({
    rules: [everywhere, { match, fault: { kind: 'response-fields', ...edit } }],
    options: { only: ['validators'] },
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
    options: { only: ['validators'] },
    fails: ['etag-strong', 'fields-on-304'],
  })
})

it('accepts a 304 without Last-Modified', async () => {
  const rules = [{ match, fault: { kind: 'response-fields', remove: 'last-modified' } }] as const
  expect(failedIds(await checkMutant({ rules, options: { only: ['validators'] } }))).toEqual([])
})
