import { expect, it } from 'vitest'
import { checkMutant, expectFound, failedIds } from '../../fixture/check-mutant.js'

const WRONG = `sha-256=:${'='.padStart(44, 'A')}:`

const match = { headers: { 'want-repr-digest': '*' } }

it.each([
  ['HEAD', { ...match, method: 'HEAD' }],
  ['GET', { ...match, method: 'GET', range: 'absent' }],
] as const)('finds a Repr-Digest of other bytes in the response to %s', async (_, requests) => {
  const report = await expectFound({
    rules: [{ match: requests, fault: { kind: 'response-fields', set: { 'repr-digest': WRONG } } }],
    fails: ['repr-digest-whole'],
  })
  expect(report.level).toBe('safe')
})

it.each(['sha-256=AAAA', 'AAAA', 'sha-256', 'sha-256="AAAA"', `sha-256=:${'0'.repeat(64)}:`])(
  'finds the malformed Repr-Digest %s',
  async (value) => {
    await expectFound({
      rules: [
        {
          match: { ...match, range: 'absent' },
          fault: { kind: 'response-fields', set: { 'repr-digest': value } },
        },
      ],
      options: { only: ['digests'] },
      fails: ['repr-digest-whole'],
    })
  },
)

it('skips a digest that proves nothing', async () => {
  const report = await checkMutant({
    server: { digest: 'off' },
    rules: [{ match, fault: { kind: 'response-fields', set: { 'repr-digest': 'md5=:AAAA:' } } }],
    options: { only: ['repr-digest-whole'] },
  })
  expect(failedIds(report)).toEqual([])
  expect(report.results[0]?.finding).toEqual({
    kind: 'skipped',
    reason: 'Repr-Digest has md5 only, which proves nothing; sha-256 does',
  })
})
