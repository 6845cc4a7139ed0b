import { utimesSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CHECKED_SIZE, checkMutant, expectFound, failedIds } from '../../fixture/check-mutant.js'
import { Folder, pattern } from '../../fixture/files.js'
import { sha256 } from '../../fixture/sha256.js'

const FILM = pattern(CHECKED_SIZE)
const RIGHT = `<hash type="sha-256">${sha256(FILM).hex}</hash>`
const WRONG = `<hash type="sha-256">${'0'.repeat(64)}</hash>`
const SIZE = `<size>${CHECKED_SIZE}</size>`

const rules = [
  {
    match: { path: '/film.mp4' },
    fault: {
      kind: 'response-fields',
      set: { link: '<film.meta4>; rel=describedby; type="application/metalink4+xml"' },
    },
  },
] as const

function filmWith(metalink: string) {
  const xml = `<metalink xmlns="urn:ietf:params:xml:ns:metalink">${metalink}</metalink>`
  const folder = new Folder({ 'film.mp4': FILM, 'film.meta4': xml })
  const yesterday = new Date(Date.now() - 86_400_000)
  utimesSync(folder.at('film.mp4'), yesterday, yesterday)
  return folder
}

it.each([
  ['another digest', `<file name="film.mp4">${SIZE}${WRONG}</file>`],
  ['another size', `<file name="film.mp4"><size>7</size>${RIGHT}</file>`],
  ['only other files', `<file name="a">${RIGHT}</file><file name="b">${RIGHT}</file>`],
  ['no file', ''],
])('finds a Metalink file with %s', async (_, metalink) => {
  using folder = filmWith(metalink)
  const options = { only: ['digests'] }
  await expectFound({ server: { root: folder.path }, rules, options, fails: ['metalink-digest'] })
})

it('finds a Link to a Metalink file that does not exist', async () => {
  await expectFound({ rules, fails: ['metalink-digest'] })
})

it.each([
  [
    'of the same name',
    'passed',
    `<file name="a">${WRONG}</file><file name="film.mp4">${SIZE}${RIGHT}</file>`,
  ],
  [
    'without a digest that proves anything',
    'skipped',
    `<file name="film.mp4"><hash type="md5">00</hash></file>`,
  ],
])('accepts a Metalink file with a file %s', async (_, kind, metalink) => {
  using folder = filmWith(metalink)
  const report = await checkMutant({
    server: { root: folder.path, digest: 'off' },
    rules,
    options: { only: ['digests'] },
  })
  expect(failedIds(report)).toEqual([])
  const result = report.results.find(({ check: { id } }) => id === 'metalink-digest')
  expect(result?.finding.kind).toBe(kind)
})
