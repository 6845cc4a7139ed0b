import { execFileSync } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { applicationWith } from '../../fixture/application.js'
import { Folder, pattern } from '../../fixture/files.js'

// The tests wait for seconds of the clock, so they run at the same time.
const CHANGES: [string, (path: string, content: Buffer) => void][] = [
  ['rewritten in place', (path, content) => writeFileSync(path, content, { flag: 'r+' })],
  [
    'replaced by a rename',
    (path, content) => {
      writeFileSync(`${path}.new`, content)
      renameSync(`${path}.new`, path)
    },
  ],
  [
    'replaced by a symbolic link',
    (path, content) => {
      writeFileSync(`${path}.new`, content)
      execFileSync('ln', ['-sfn', 'f.new', path])
    },
  ],
]

/** With `setHeaders`, each response takes the path that opens the file. */
const PATHS = [
  ['small files from memory', 1_000, {}],
  ['small files that are opened', 1_000, { setHeaders: () => {} }],
  ['large files', 4_000_000, {}],
  ['large files that are opened', 4_000_000, { setHeaders: () => {} }],
  ['files without entity tags', 1_000, { etag: false }],
] as const

describe.concurrent.each(PATHS)('of %s, a date', (_name, size, options) => {
  it.each(CHANGES)(
    'proves no version where the file was %s in its second',
    async (_case, change) => {
      using folder = new Folder()
      await using server = await applicationWith({ root: folder.path, ...options })
      const url = `${server.url}/f`
      await delay(1_010 - (Date.now() % 1_000))
      folder.write('f', pattern(size))
      const first = await fetch(url)
      await first.arrayBuffer()
      const date = first.headers.get('last-modified') ?? ''
      // Two ticks of the kernel's clock, so that the two versions differ.
      await delay(30)
      change(folder.at('f'), pattern(size, 1))
      await delay(2_000)
      const statuses = await statusesOf(url, date, pattern(size, 1))
      expect(statuses).toEqual([200, 200, 412, 200, 200, 412])
    },
  )
})

const RETURNS: [string, (path: string) => void][] = [
  ['renamed', (path) => renameSync(`${path}.late`, path)],
  ['linked', (path) => void execFileSync('ln', ['-sfn', 'f.late', path])],
]

it.concurrent.each(RETURNS)(
  'a date proves no version where another file of its second was %s into the place of a newer one',
  async (_case, replace) => {
    const size = 1_000
    using folder = new Folder()
    await using server = await applicationWith({ root: folder.path })
    const url = `${server.url}/f`
    const untilSecond = () => delay(1_010 - (Date.now() % 1_000))
    await untilSecond()
    folder.write('f', pattern(size))
    const first = await fetch(url)
    await first.arrayBuffer()
    const date = first.headers.get('last-modified') ?? ''
    // So late that a rename in the next second leaves mtime and ctime less than a second apart.
    await delay(600)
    folder.write('f.late', pattern(size, 1))
    await untilSecond()
    folder.write('f.new', pattern(size, 2))
    renameSync(folder.at('f.new'), folder.at('f'))
    await (await fetch(url)).arrayBuffer()
    replace(folder.at('f'))
    await delay(1_100)
    expect(await statusesOf(url, date, pattern(size, 1))).toEqual([200, 200, 412, 200, 200, 412])
  },
)

/** The statuses of conditional requests with a date, twice: from the file, and from memory where it is small. */
async function statusesOf(url: string, date: string, content: Buffer): Promise<number[]> {
  const conditions = [
    { 'if-range': date, range: 'bytes=10-' },
    { 'if-modified-since': date },
    { 'if-unmodified-since': date, range: 'bytes=10-' },
  ]
  const statuses: number[] = []
  for (const headers of [...conditions, ...conditions]) {
    const response = await fetch(url, { headers })
    const body = Buffer.from(await response.arrayBuffer())
    expect(response.headers.get('last-modified') ?? date).toBe(date)
    if (response.status === 200) expect(body.equals(content)).toBe(true)
    statuses.push(response.status)
  }
  return statuses
}
