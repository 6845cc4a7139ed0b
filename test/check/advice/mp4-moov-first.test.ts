import { utimesSync } from 'node:fs'
import { expect, it } from 'vitest'
import { checkMutant, EVERY_CHECK, expectFound, failedIds } from '../../fixture/check-mutant.js'
import { Folder } from '../../fixture/files.js'

const ID = 'mp4-moov-first'

/** A file of boxes with these types and sizes. */
function filmOf(...boxes: [type: string, size: number][]) {
  const bytes = boxes.map(([type, size]) => {
    const box = Buffer.alloc(size, type)
    box.writeUInt32BE(size)
    box.write(type, 4, 'latin1')
    return box
  })
  const folder = new Folder({ 'film.mp4': Buffer.concat(bytes) })
  const yesterday = new Date(Date.now() - 86_400_000)
  utimesSync(folder.at('film.mp4'), yesterday, yesterday)
  return folder
}

it('finds media data before the index', async () => {
  using folder = filmOf(['ftyp', 32], ['free', 8], ['mdat', 90_000], ['moov', 2_000])
  const report = await expectFound({
    server: { root: folder.path },
    options: EVERY_CHECK,
    fails: [ID],
  })
  expect(report.level).toBe('proves')
})

it('finds media data before the index by requests, where the first bytes do not have it', async () => {
  using folder = filmOf(['ftyp', 32], ['free', 5_000_000], ['mdat', 500_000], ['moov', 2_000])
  const { advice } = await expectFound({
    server: { root: folder.path },
    options: { only: [ID] },
    fails: [ID],
  })
  expect(advice[0]?.finding).toMatchObject({
    exchange: { request: { fields: { range: 'bytes=5000032-5000047' } } },
    received: 'mdat at offset 5000032, and no moov before it',
  })
})

it.each([
  [
    'passed',
    [
      ['ftyp', 32],
      ['moov', 2_000],
      ['mdat', 90_000],
    ],
  ],
  [
    'passed',
    [
      ['styp', 32],
      ['sidx', 50],
      ['moof', 2_000],
      ['mdat', 90_000],
    ],
  ],
  [
    'skipped',
    [
      ['ftyp', 32],
      ['free', 90_000],
    ],
  ],
  [
    'skipped',
    [
      ['abcd', 32],
      ['mdat', 90_000],
    ],
  ],
  ['skipped', [['ftyp', 32], ...Array.from({ length: 6 }, () => ['free', 5_000_000])]],
] as [string, [string, number][]][])('is %s for a file of the boxes %j', async (kind, boxes) => {
  using folder = filmOf(...boxes)
  const report = await checkMutant({ server: { root: folder.path }, options: { only: [ID] } })
  expect(failedIds(report)).toEqual([])
  expect(report.results[0]?.finding.kind).toBe(kind)
})
