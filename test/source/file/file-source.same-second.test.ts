import { execFileSync } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { applicationWith } from '../../fixture/application.js'
import { Folder, pattern } from '../../fixture/files.js'

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

describe.each(PATHS)('of %s, a date', (_name, size, options) => {
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
        if (response.status === 200) expect(body.equals(pattern(size, 1))).toBe(true)
        statuses.push(response.status)
      }
      expect(statuses).toEqual([200, 200, 412, 200, 200, 412])
    },
  )
})
