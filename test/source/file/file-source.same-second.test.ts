import { execFileSync } from 'node:child_process'
import { renameSync, statSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
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
      execFileSync('ln', ['-sfn', `${basename(path)}.new`, path])
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
      const versions = [pattern(size), pattern(size, 1)] as const
      using folder = new Folder()
      await using server = await applicationWith({ root: folder.path, ...options })
      const { name, date } = await inOneSecond(async (name) => {
        const path = folder.at(name)
        await untilSecond()
        folder.write(name, versions[0])
        const date = await dateOf(`${server.url}/${name}`)
        // Two ticks of the kernel's clock, so that the two versions differ.
        await delay(30)
        change(path, versions[1])
        return { name, date, last: path }
      })
      await delay(2_000)
      const statuses = await statusesOf(`${server.url}/${name}`, date, versions[1])
      expect(statuses).toEqual([200, 200, 412, 200, 200, 412])
    },
  )
})

const RETURNS: [string, (path: string) => void][] = [
  ['renamed', (path) => renameSync(`${path}.late`, path)],
  ['linked', (path) => void execFileSync('ln', ['-sfn', `${basename(path)}.late`, path])],
]

it.concurrent.each(RETURNS)(
  'a date proves no version where another file of its second was %s into the place of a newer one',
  async (_case, replace) => {
    const size = 1_000
    using folder = new Folder()
    await using server = await applicationWith({ root: folder.path })
    const { name, date } = await inOneSecond(async (name) => {
      await untilSecond()
      folder.write(name, pattern(size))
      const date = await dateOf(`${server.url}/${name}`)
      // So late that a rename in the next second leaves mtime and ctime less than a second apart.
      await delay(600)
      folder.write(`${name}.late`, pattern(size, 1))
      return { name, date, last: folder.at(`${name}.late`) }
    })
    const url = `${server.url}/${name}`
    await untilSecond()
    folder.write(`${name}.new`, pattern(size, 2))
    renameSync(folder.at(`${name}.new`), folder.at(name))
    await dateOf(url)
    replace(folder.at(name))
    await delay(1_100)
    expect(await statusesOf(url, date, pattern(size, 1))).toEqual([200, 200, 412, 200, 200, 412])
  },
)

/** The next second of the clock has begun 10 ms ago. */
function untilSecond(): Promise<void> {
  return delay(1_010 - (Date.now() % 1_000))
}

/** Last-Modified of the file, which is read whole. */
async function dateOf(url: string): Promise<string> {
  const response = await fetch(url)
  await response.arrayBuffer()
  return response.headers.get('last-modified') ?? ''
}

interface Versions {
  readonly name: string
  /** Last-Modified of the first version. */
  readonly date: string
  /** The file that was written last. */
  readonly last: string
}

/** Two versions whose times are in one second. A busy machine misses the second; then another file gets them. */
async function inOneSecond(write: (name: string) => Promise<Versions>): Promise<Versions> {
  for (let attempt = 1; ; attempt += 1) {
    const versions = await write(`f${attempt}`)
    if (statSync(versions.last).mtime.toUTCString() === versions.date) return versions
  }
}

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
