import { utimesSync } from 'node:fs'
import { expect, it } from 'vitest'
import { checkedFolder, checkMutant, expectFound, failedIds } from '../../fixture/check-mutant.js'

const ONLY = { only: ['validators'] }

function modifiedBefore(ms: number) {
  const folder = checkedFolder()
  const date = new Date(Date.now() - ms)
  utimesSync(folder.at('film.mp4'), date, date)
  return folder
}

it('finds a file that was modified 30 s before', async () => {
  using folder = modifiedBefore(30_000)
  await expectFound({ server: { root: folder.path }, fails: ['last-modified-strong'] })
})

it('accepts a file that was modified 61 s before', async () => {
  using folder = modifiedBefore(61_000)
  expect(failedIds(await checkMutant({ server: { root: folder.path }, options: ONLY }))).toEqual([])
})

it('accepts a file that was just modified and has a weak ETag', async () => {
  using folder = modifiedBefore(2_000)
  await expectFound({
    server: { root: folder.path },
    rules: [{ fault: { kind: 'response-fields', set: { etag: 'W/"1"' } } }],
    options: ONLY,
    fails: ['etag-strong', 'validator-strong'],
  })
})
