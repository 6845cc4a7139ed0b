import { utimesSync } from 'node:fs'
import { expect, it } from 'vitest'
import { checkedFolder, checkMutant, expectFound, failedIds } from '../../fixture/check-mutant.js'

function modifiedBefore(ms: number) {
  const folder = checkedFolder()
  const date = new Date(Date.now() - ms)
  utimesSync(folder.at('film.mp4'), date, date)
  return folder
}

it.each([2_000, 50_000])('finds a file that was modified %i ms before', async (ms) => {
  using folder = modifiedBefore(ms)
  await expectFound({ server: { root: folder.path }, fails: ['last-modified-strong'] })
})

it('accepts a file that was modified 61 s before', async () => {
  using folder = modifiedBefore(61_000)
  expect(failedIds(await checkMutant({ server: { root: folder.path } }))).toEqual([])
})

it('accepts a file that was just modified and has a weak ETag', async () => {
  using folder = modifiedBefore(2_000)
  await expectFound({
    server: { root: folder.path },
    rules: [{ fault: { kind: 'response-fields', set: { etag: 'W/"1"' } } }],
    fails: ['etag-strong', 'validator-strong'],
  })
})
