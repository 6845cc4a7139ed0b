import { spawnSync } from 'node:child_process'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareUtf8 } from '../../src/archive/compare-utf8.js'
import { zipParts } from '../../src/archive/zip-parts.js'
import { Folder, pattern } from '../fixture/files.js'
import { type MemoryMember, memoryContent } from '../fixture/zip-content.js'

const { signal } = new AbortController()

/** Prints what Python reads of each archive, after it has checked the CRCs. */
const READER = `
import datetime, json, sys, zipfile, zlib
def read(path):
    with zipfile.ZipFile(path) as archive:
        return [[i.filename, i.file_size, i.external_attr >> 16, list(i.date_time), zlib.crc32(archive.read(i))]
                for i in archive.infolist()]
print(json.dumps([read(path) for path in sys.argv[1:]]))
`

const segment = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 12 })
  .filter((text) => !/[/\\\p{Cc}\p{Cs}]/u.test(text) && !/^\.{1,2}$/.test(text))
const member = fc.record({
  path: fc.array(segment, { minLength: 1, maxLength: 3 }),
  size: fc.option(fc.nat(40_000), { nil: undefined }),
  // From before the first time of MS-DOS to behind the last one.
  seconds: fc.integer({ min: -1_000_000_000, max: 5_000_000_000 }),
  mode: fc.nat(0o777),
})

type Given = typeof member extends fc.Arbitrary<infer T> ? T : never

function memberOf({ path, size, seconds, mode }: Given): MemoryMember {
  const name = path.join('/') + (size === undefined ? '/' : '')
  const bytes = size === undefined ? undefined : pattern(size, seconds)
  return { name, lastModified: seconds * 1000, mode, ...(bytes && { bytes }) }
}

/** The time of MS-DOS, which has even seconds in a range of years. */
function dosTime(ms = 0): number[] {
  const from = Date.UTC(1980, 0, 1)
  const to = Date.UTC(2107, 11, 31, 23, 59, 58)
  const date = new Date(Math.min(Math.max(ms, from), to))
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
  const seconds = date.getUTCSeconds() - (date.getUTCSeconds() % 2)
  return [year, month, day, date.getUTCHours(), date.getUTCMinutes(), seconds]
}

const hasPython = spawnSync('python3', ['--version']).status === 0

it.skipIf(!hasPython)('Python reads every archive as it was made', async () => {
  const layouts = fc.sample(
    fc.uniqueArray(member, { selector: (one) => memberOf(one).name, maxLength: 12 }),
    {
      numRuns: 200,
      seed: 20261127,
    },
  )
  using folder = new Folder()
  const expected: unknown[] = []
  const paths: string[] = []
  for (const [index, layout] of layouts.entries()) {
    const members = layout.map(memberOf).sort((a, b) => compareUtf8(a.name, b.name))
    const { content } = memoryContent(members, 9_000)
    const slice = { start: 0, end: content.members.places().size }
    const chunks: Buffer[] = []
    for await (const part of zipParts({ content, slice, signal, isDirect: () => false })) {
      chunks.push(Buffer.from(part as Uint8Array))
    }
    paths.push(folder.write(`${index}.zip`, Buffer.concat(chunks)))
    expected.push(
      members.map(({ name, bytes = Buffer.alloc(0), mode = 0, lastModified }) => {
        const type = name.endsWith('/') ? 0o040000 : 0o100000
        return [name, bytes.length, type | mode, dosTime(lastModified), crc32(bytes)]
      }),
    )
  }
  const { stdout, stderr } = spawnSync('python3', ['-c', READER, ...paths], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual(expected)
})
