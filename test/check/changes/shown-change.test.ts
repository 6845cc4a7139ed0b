import { expect, it } from 'vitest'
import { ifShown } from '../../../src/check/changes/shown-change.js'
import { check } from '../../../src/check/check.js'
import type { Exchange } from '../../../src/check/subject/exchange.js'
import { PASSED } from '../../../src/check/subject/finding.js'
import type { Subject } from '../../../src/check/subject/subject.js'
import { faultServer } from '../../../src/testing/fault-server.js'
import { LARGE_SIZE } from '../../fixture/change-mutant.js'
import { Folder, pattern } from '../../fixture/files.js'

const NOT_SHOWN = { kind: 'skipped', reason: 'nothing that the server sends shows the change' }

it('skips all drills of changes where the command changes nothing that the URL serves', async () => {
  using folder = new Folder({ 'film.mp4': pattern(LARGE_SIZE) })
  await using server = await faultServer({ root: folder.path, seed: 1 })
  const { results } = await check(`${server.url}/film.mp4`, {
    only: ['changes'],
    change: async () => {},
  })
  expect(results.map(({ finding }) => finding)).toEqual(Array.from({ length: 8 }, () => NOT_SHOWN))
})

function linesOf(others: Record<string, string>) {
  const fields = { 'content-range': 'bytes 0-2/9', etag: '"a"', 'last-modified': 'yesterday' }
  return Object.entries({ ...fields, ...others })
}

const BEFORE = {
  status: 206,
  body: Buffer.from('old'),
  request: { fields: { range: 'bytes=0-2' } },
  lines: linesOf({}),
}

it.each([
  ['nothing', {}, 'skipped'],
  ['the bytes', { body: Buffer.from('new') }, 'passed'],
  ['the status', { status: 416 }, 'passed'],
  ['the ETag', { lines: linesOf({ etag: '"b"' }) }, 'passed'],
  ['the size', { lines: linesOf({ 'content-range': 'bytes 0-2/10' }) }, 'passed'],
  ['Last-Modified', { lines: linesOf({ 'last-modified': 'today' }) }, 'passed'],
])(
  'a drill whose slice after the change differs in %s is judged by that',
  async (_, other, kind) => {
    const after = { ...BEFORE, ...other } as unknown as Exchange
    const subject = { send: async () => after } as unknown as Subject
    const finding = await ifShown(PASSED, subject, BEFORE as unknown as Exchange)
    expect(finding.kind).toBe(kind)
  },
)
