import { expect, it } from 'vitest'
import { checkMutant, expectFound, failedIds } from '../../fixture/check-mutant.js'

const ADVICE = { only: ['advice'] }

const expose = (set: Record<string, string>) => [
  { fault: { kind: 'response-fields', set } } as const,
]

it('finds a server that lets pages read its responses, and hides the fields', async () => {
  await expectFound({
    rules: expose({ 'access-control-allow-origin': '*' }),
    fails: ['cors-exposes-fields'],
  })
})

it.each([
  { 'access-control-allow-origin': 'https://page.example' },
  { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'ETag, Accept-Ranges' },
  { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'content-range, etag' },
])('finds a server that hides fields from pages: %j', async (set) => {
  await expectFound({ rules: expose(set), options: ADVICE, fails: ['cors-exposes-fields'] })
})

it.each([
  { 'access-control-allow-origin': 'https://another.example' },
  { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' },
  {
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'accept-ranges,ETAG, Content-Range',
  },
])('accepts a server that hides nothing from the pages that may read it: %j', async (set) => {
  expect(failedIds(await checkMutant({ rules: expose(set), options: ADVICE }))).toEqual([])
})

it('sends the Origin that is given for each request', async () => {
  const origin = 'https://player.test'
  await expectFound({
    rules: expose({ 'access-control-allow-origin': origin }),
    options: { ...ADVICE, headers: { Origin: origin } },
    fails: ['cors-exposes-fields'],
  })
})
