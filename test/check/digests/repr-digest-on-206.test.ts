import { utimesSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CHECKED_SIZE, EVERY_CHECK, expectFound } from '../../fixture/check-mutant.js'
import { Folder, pattern } from '../../fixture/files.js'
import { reprDigest } from '../../fixture/sha256.js'

const set = { 'repr-digest': reprDigest(pattern(CHECKED_SIZE).subarray(0, 512)) }
const rules = [
  {
    match: { headers: { 'want-repr-digest': '*', range: 'bytes=0-511' } },
    fault: { kind: 'response-fields', set },
  },
] as const

it('finds a Repr-Digest of the slice', async () => {
  const report = await expectFound({ rules, options: EVERY_CHECK, fails: ['repr-digest-on-206'] })
  expect(report.level).toBe('safe')
})

it('finds a Repr-Digest that differs from that of HEAD, where the whole is too large', async () => {
  using folder = new Folder({ 'film.mp4': pattern(6_000_000) })
  const yesterday = new Date(Date.now() - 86_400_000)
  utimesSync(folder.at('film.mp4'), yesterday, yesterday)
  const { failed } = await expectFound({
    server: { root: folder.path },
    rules,
    options: { only: ['digests'] },
    fails: ['repr-digest-on-206'],
  })
  expect(failed[0]?.finding).toMatchObject({
    expected: expect.stringMatching(/^Repr-Digest: sha-256=:.*:, as in the response to HEAD$/),
  })
})
