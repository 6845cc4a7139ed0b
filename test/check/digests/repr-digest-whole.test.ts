import { utimesSync } from 'node:fs'
import { expect, it } from 'vitest'
import { verdict } from '../../../src/check/report/verdict.js'
import { checkMutant, EVERY_CHECK, expectFound, failedIds } from '../../fixture/check-mutant.js'
import { Folder, pattern } from '../../fixture/files.js'

const WRONG = `sha-256=:${'='.padStart(44, 'A')}:`

const match = { headers: { 'want-repr-digest': '*' } }

it.each([
  ['HEAD', { ...match, method: 'HEAD' }],
  ['GET', { ...match, method: 'GET', range: 'absent' }],
] as const)('finds a Repr-Digest of other bytes in the response to %s', async (_, requests) => {
  const report = await expectFound({
    rules: [{ match: requests, fault: { kind: 'response-fields', set: { 'repr-digest': WRONG } } }],
    options: EVERY_CHECK,
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

it('leaves bytes for the checks of other groups where it takes the whole', async () => {
  using folder = new Folder({ 'film.mp4': pattern(1_100_000) })
  const yesterday = new Date(Date.now() - 86_400_000)
  utimesSync(folder.at('film.mp4'), yesterday, yesterday)
  const { results } = await checkMutant({ server: { root: folder.path } })
  const others = results.filter(({ check: { group } }) => group !== 'digests')
  const reasons = others.map(({ finding }) => (finding.kind === 'skipped' ? finding.reason : ''))
  expect(reasons.filter((reason) => reason.includes('bound'))).toEqual([])
  expect(results.find(({ check: { id } }) => id === 'repr-digest-whole')?.finding.kind).toBe(
    'passed',
  )
})

it.each([
  ['larger than the bound leaves', 3_000_000, 'digest announced, not verified'],
  ['within the bound', 500_000, 'with a digest to verify'],
])('the verdict on a file %s says whether its digest was verified', async (_, size, verified) => {
  using folder = new Folder({ 'film.mp4': pattern(size) })
  const yesterday = new Date(Date.now() - 86_400_000)
  utimesSync(folder.at('film.mp4'), yesterday, yesterday)
  const report = await checkMutant({ server: { root: folder.path } })
  expect(failedIds(report)).toEqual([])
  expect(report.level).toBe('proves')
  expect(verdict(report)).toContain(verified)
})

it('a wrong digest in every response is not said to be verified where the bound is below the whole', async () => {
  using folder = new Folder({ 'film.mp4': pattern(3_000_000) })
  const yesterday = new Date(Date.now() - 86_400_000)
  utimesSync(folder.at('film.mp4'), yesterday, yesterday)
  const report = await checkMutant({
    server: { root: folder.path, digest: 'off' },
    rules: [{ fault: { kind: 'response-fields', set: { 'repr-digest': WRONG } } }],
  })
  expect(verdict(report)).toContain('not verified')
})
