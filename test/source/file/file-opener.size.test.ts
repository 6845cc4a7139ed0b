import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { applicationWith } from '../../fixture/application.js'

/** tmpfs stores files of up to 2^63 - 1 bytes; ext4 stops at 16 TiB. */
const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'lastbyte-'))
afterAll(() => rmSync(root, { recursive: true }))

describe('a file of more than 2^53 - 1 bytes', () => {
  it.runIf(storesLargeFiles())(
    'is refused with its limit on every path, and is listed',
    async () => {
      const name = 'large.bin'
      resize(name, '9007199254740992')
      for (const setHeaders of [undefined, () => {}]) {
        await using server = await applicationWith({
          root,
          list: true,
          ...(setHeaders && { setHeaders }),
        })
        for (const headers of [
          {},
          { range: 'bytes=0-9' },
          { accept: 'text/event-stream' },
        ] as HeadersInit[]) {
          const response = await fetch(`${server.url}/${name}`, { headers })
          expect(response.status).toBe(403)
          expect(await response.text()).toContain('more than 9007199254740991 bytes')
        }
        expect(await (await fetch(`${server.url}/`)).text()).toContain(name)
      }
    },
  )

  it.runIf(storesLargeFiles())(
    'of exactly 2^53 - 1 bytes is served in ranges up to its last byte',
    async () => {
      const name = 'largest.bin'
      resize(name, '9007199254740991')
      await using server = await applicationWith({ root })
      const response = await fetch(`${server.url}/${name}`, { headers: { range: 'bytes=-2' } })
      const range = 'bytes 9007199254740989-9007199254740990/9007199254740991'
      expect([response.status, response.headers.get('content-range')]).toEqual([206, range])
      expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.alloc(2))
    },
  )
})

/** node:fs takes only safe integers for a size. */
function resize(name: string, size: string): void {
  execFileSync('truncate', ['-s', size, join(root, name)], { stdio: 'ignore' })
}

function storesLargeFiles(): boolean {
  try {
    resize('probe', '9007199254740992')
    return true
  } catch {
    return false
  } finally {
    rmSync(join(root, 'probe'), { force: true })
  }
}
