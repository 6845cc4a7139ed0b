import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

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
const match = { headers: { range: 'bytes=0-7' } }

const removed = (name: string) =>
  [everywhere, { match, fault: { kind: 'response-fields', remove: name } }] as const

it('finds a 206 without the Vary of the 200', async () => {
  await expectFound({ rules: removed('vary'), fails: ['fields-on-206'] })
})

it.each([
  ...['etag', 'last-modified', 'content-location'].map((remove) => ({ remove })),
  ...['date', 'cache-control', 'expires'].map((remove) => ({ remove })),
  { set: { etag: '"other"' } },
  { set: { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' } },
  { set: { 'content-location': '/film-2.mp4' } },
])('finds a 206 without a field that the 200 has: %j', async (edit) => {
  await expectFound({
    rules: [everywhere, { match, fault: { kind: 'response-fields', ...edit } }],
    options: { only: ['validators'] },
    fails: ['fields-on-206'],
  })
})
