import { expect, it } from 'vitest'
import { CHECKED_SIZE, checkMutant, expectFound, failedIds } from '../../fixture/check-mutant.js'
import { pattern } from '../../fixture/files.js'
import { reprDigest } from '../../fixture/sha256.js'

const RIGHT = reprDigest(pattern(CHECKED_SIZE))
const WRONG = `sha-256=:${'='.padStart(44, 'A')}:`

const digest = (match: object, value: string) => ({
  match: { ...match, headers: { 'want-unencoded-digest': '*', ...headersOf(match) } },
  fault: { kind: 'response-fields', set: { 'unencoded-digest': value } } as const,
})

function headersOf(match: { headers?: object }): object {
  return match.headers ?? {}
}

it.each([
  ['HEAD', { method: 'HEAD' }],
  ['GET', { method: 'GET', range: 'absent' }],
  ['a range', { method: 'GET', range: 'present' }],
])('finds a wrong Unencoded-Digest in the response to %s', async (_, match) => {
  const options = { only: ['digests'] }
  await expectFound({ rules: [digest(match, WRONG)], options, fails: ['unencoded-digest'] })
})

it('finds an Unencoded-Digest of the compressed bytes', async () => {
  const gzip = { headers: { 'accept-encoding': 'gzip' } }
  const coded = { 'content-encoding': 'gzip', etag: '"gzip"' }
  await expectFound({
    rules: [
      digest({}, RIGHT),
      digest(gzip, WRONG),
      {
        match: { headers: { 'want-unencoded-digest': '*', 'accept-encoding': 'gzip' } },
        fault: { kind: 'response-fields', set: coded },
      },
    ],
    fails: ['unencoded-digest'],
  })
})

it('accepts a correct Unencoded-Digest in all responses', async () => {
  const options = { only: ['digests'] }
  expect(failedIds(await checkMutant({ rules: [digest({}, RIGHT)], options }))).toEqual([])
})
