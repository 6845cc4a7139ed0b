import { expect, it } from 'vitest'
import { expectFoundByChange } from '../../fixture/change-mutant.js'

const NO_RANGE_OF = { match: { headers: { 'if-match': '*' } } } as const

it('passes a server that tells versions apart', async () => {
  const { results } = await expectFoundByChange({ fails: [], options: { only: ['changes'] } })
  const passed = results.filter(({ finding: { kind } }) => kind === 'passed')
  expect(passed.map(({ check: { id } }) => id)).toEqual([
    'change-rewrite',
    'change-rename',
    'change-truncate',
    'change-append',
  ])
})

it('passes a server that goes on with the old version', async () => {
  await expectFoundByChange({
    isLeft: true,
    fails: [],
    options: { only: ['changes'] },
  })
})

it('fails a server that continues with the same bytes, but of another size', async () => {
  const { failed } = await expectFoundByChange({
    change: 'append',
    lies: [{ fault: { kind: 'request-fields', remove: 'if-range' } }],
    fails: ['change-append'],
    options: { only: ['changes'] },
  })
  expect(failed[0]?.finding).toMatchObject({
    received: expect.stringMatching(
      /^206 with Content-Range: bytes 50000-265535\/265536, the size of another version, ETag: ".+"$/,
    ),
  })
})

it('allows 200 with the new version in place of 412', async () => {
  await expectFoundByChange({
    lies: [{ ...NO_RANGE_OF, fault: { kind: 'request-fields', remove: ['range', 'if-match'] } }],
    fails: [],
    options: { only: ['changes'] },
  })
})

it('skips a server that sends no strong validator', async () => {
  const { results } = await expectFoundByChange({
    after: 'range-first-byte',
    lies: [{ fault: { kind: 'response-fields', remove: ['etag', 'last-modified'] } }],
    fails: [],
    options: { only: ['range-first-byte', 'change-rewrite'] },
  })
  expect(results[1]?.finding).toEqual({
    kind: 'skipped',
    reason: 'the server sends no strong validator, so no resume can name the old version',
  })
})
