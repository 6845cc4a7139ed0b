import { expect, it } from 'vitest'
import { checkMutant, expectFound } from '../../fixture/check-mutant.js'

const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

it('finds a signed URL that expires soon', async () => {
  const { advice } = await expectFound({
    path: `/film.mp4?Expires=${secondsFromNow(600)}&Signature=secret`,
    fails: ['expiring-url'],
  })
  expect(advice).toMatchObject([
    {
      finding: {
        expected: 'a URL that is valid for 60 min, or one that does not expire and redirects to it',
        received: 'Expires: 10 min left',
      },
    },
  ])
})

it.each([
  { path: () => '/film.mp4', kind: 'passed' },
  { path: () => '/film.mp4?Expires=never', kind: 'passed' },
  { path: () => `/film.mp4?Expires=${secondsFromNow(7200)}`, kind: 'passed' },
  { path: () => `/film.mp4?se=2020-01-01T00:00:00Z&sig=a`, kind: 'failed' },
])('judges a URL: $kind', async ({ path, kind }) => {
  const { results } = await checkMutant({ path: path(), options: { only: ['expiring-url'] } })
  expect(results.map(({ finding }) => finding.kind)).toEqual([kind])
})
