import { truncateSync } from 'node:fs'
import { expect, it } from 'vitest'
import { check } from '../../../src/check/check.js'
import { faultServer } from '../../../src/testing/fault-server.js'
import { expectFound, failedIds } from '../../fixture/check-mutant.js'
import { Folder } from '../../fixture/files.js'

it('finds a server that cuts the start of a range to 32 bits', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=4294967296-4294967297' } },
        fault: { kind: 'request-fields', set: { range: 'bytes=0-1' } },
      },
    ],
    fails: ['range-beyond-32-bits'],
  })
})

it('finds a server that cuts the end of a range to 32 bits', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=199998-4294967297' } },
        fault: { kind: 'request-fields', set: { range: 'bytes=199998-1' } },
      },
    ],
    fails: ['range-beyond-32-bits'],
    options: { only: ['ranges', 'agreement'] },
  })
})

it.each([
  ['finds nothing wrong with', 'bytes=4294967296-4294967297', []],
  ['finds a wrapped position in', 'bytes=0-1', ['range-beyond-32-bits']],
])('%s a file of more than 4 GiB', async (_, range, fails) => {
  using folder = new Folder({ 'film.mp4': '' })
  // Without blocks on the disk.
  truncateSync(folder.at('film.mp4'), 2 ** 32 + 100)
  await using server = await faultServer({ root: folder.path, seed: 1 })
  server.faults.arm({
    match: { headers: { range: 'bytes=4294967296-4294967297' } },
    fault: { kind: 'request-fields', set: { range } },
  })
  const report = await check(`${server.url}/film.mp4`, { only: ['range-beyond-32-bits'] })
  expect(failedIds(report)).toEqual(fails)
  expect(report.results.map(({ finding }) => finding.kind)).not.toContain('skipped')
})
