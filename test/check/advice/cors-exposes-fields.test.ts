import { expect, it } from 'vitest'
import { checkMutant, expectFound, failedIds } from '../../fixture/check-mutant.js'

const expose = (set: Record<string, string>) => [
  { fault: { kind: 'response-fields', set } } as const,
]

it.each([
  { 'access-control-allow-origin': '*' },
  { 'access-control-allow-origin': 'https://page.example' },
  { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'ETag, Accept-Ranges' },
  { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'content-range, etag' },
])('finds a server that hides fields from pages: %j', async (set) => {
  await expectFound({ rules: expose(set), fails: ['cors-exposes-fields'] })
})

it.each([
  { 'access-control-allow-origin': 'https://another.example' },
  { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' },
  {
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'accept-ranges,ETAG, Content-Range',
  },
])('accepts a server that hides nothing from the pages that may read it: %j', async (set) => {
  expect(failedIds(await checkMutant({ rules: expose(set) }))).toEqual([])
})

it('sends the Origin that is given for each request', async () => {
  const origin = 'https://player.test'
  await expectFound({
    rules: expose({ 'access-control-allow-origin': origin }),
    options: { headers: { Origin: origin } },
    fails: ['cors-exposes-fields'],
  })
})
