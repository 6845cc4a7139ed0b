import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { applicationWith } from '../../fixture/application.js'
import { Folder } from '../../fixture/files.js'

/** tmpfs stores any time of 64 bits; other file systems clamp it, which these tests pass as well. */
const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'lastbyte-'))
afterAll(() => rmSync(root, { recursive: true }))

/** Writes a file with an mtime, in s since the epoch. */
function fileAt(seconds: string): string {
  const name = `at${seconds}.txt`
  writeFileSync(join(root, name), 'ten bytes.')
  execFileSync('touch', ['-d', `@${seconds}`, join(root, name)])
  return name
}

const TIMES = [
  ['the epoch', '0'],
  ['before the epoch', '-1'],
  ['before the epoch, with a fraction', '-1.000000001'],
  ['1677, the first whose nanoseconds need more than 64 bits', '-9223372037'],
  ['the last second of 2262 whose nanoseconds fit into 64 bits', '9223372035.999999999'],
  ['2262, the first whose nanoseconds do not fit into 64 bits', '9223372037'],
  ['2446, the last that ext4 stores', '15032385535'],
  ['9999', '253402300799'],
  ['10000', '253402300800'],
  ['a time that Date does not represent', '8640000000001'],
  ['a time whose nanoseconds wrap around to 1970', '18446744073.709551616'],
] as const

describe('a file whose mtime is', () => {
  it.each(TIMES)('%s (%s s) has one strong ETag on every path', async (_name, seconds) => {
    const name = fileAt(seconds)
    const tags = new Set<string | null>()
    for (const setHeaders of [undefined, () => {}]) {
      await using server = await applicationWith({
        root,
        list: true,
        ...(setHeaders && { setHeaders }),
      })
      for (let round = 0; round < 3; round += 1) {
        for (const method of ['GET', 'HEAD']) {
          const response = await fetch(`${server.url}/${name}`, { method })
          expect([response.status, (await response.text()).length]).toEqual([
            200,
            method === 'GET' ? 10 : 0,
          ])
          tags.add(response.headers.get('etag'))
        }
      }
      const [etag] = [...tags] as [string]
      const once = { headers: { 'if-none-match': etag } }
      expect((await fetch(`${server.url}/${name}`, once)).status).toBe(304)
      const resumed = { headers: { 'if-range': etag, range: 'bytes=5-' } }
      expect(await (await fetch(`${server.url}/${name}`, resumed)).text()).toBe('ytes.')
      for (const accept of ['text/html', 'application/json']) {
        const listing = await fetch(`${server.url}/`, { headers: { accept } })
        expect([listing.status, await listing.text()]).toEqual([200, expect.stringContaining(name)])
      }
    }
    expect([...tags]).toEqual([expect.stringMatching(/^"[\w-]{22}"$/)])
  })
})

describe('If-Range with a date', () => {
  const HOUR = 3600
  const now = Math.floor(Date.now() / 1000)

  it.each([
    ['the epoch', '0'],
    ['before the epoch', '-86400'],
    ['an hour before the write', String(now - HOUR)],
    ['two seconds before the write', String(now - 2)],
    ['an hour after the write', String(now + HOUR)],
  ])(
    'gives the whole file where its mtime was set to %s, since two versions may share it',
    async (_name, seconds) => {
      const name = fileAt(seconds)
      for (const setHeaders of [undefined, () => {}]) {
        await using server = await applicationWith({ root, ...(setHeaders && { setHeaders }) })
        const url = `${server.url}/${name}`
        const date = (await fetch(url)).headers.get('last-modified') ?? ''
        const response = await fetch(url, { headers: { range: 'bytes=5-', 'if-range': date } })
        expect([response.status, await response.text()]).toEqual([200, 'ten bytes.'])
      }
    },
  )

  it('never joins two files with the same old mtime that are switched by a symbolic link', async () => {
    using folder = new Folder({ 'v1/f': 'first five', 'v2/f': 'SECOND 5!!' })
    for (const version of ['v1', 'v2']) utimesSync(folder.at(`${version}/f`), 1e9, 1e9)
    const link = folder.at('f')
    symlinkSync('v1/f', link)
    await using server = await applicationWith({ root: folder.path })
    const first = await fetch(`${server.url}/f`)
    const date = first.headers.get('last-modified') ?? ''
    expect(await first.text()).toBe('first five')
    unlinkSync(link)
    symlinkSync('v2/f', link)
    const headers = { range: 'bytes=5-', 'if-range': date }
    const resumed = await fetch(`${server.url}/f`, { headers })
    expect([resumed.status, await resumed.text()]).toEqual([200, 'SECOND 5!!'])
  })

  it('gives the range where the kernel set the mtime, once it is a second old', async () => {
    using folder = new Folder({ f: 'ten bytes.' })
    await using server = await applicationWith({ root: folder.path })
    const date = (await fetch(`${server.url}/f`)).headers.get('last-modified') ?? ''
    const headers = { range: 'bytes=5-', 'if-range': date }
    const resume = async () => (await fetch(`${server.url}/f`, { headers })).status
    await expect.poll(resume).toBe(206)
  })
})
