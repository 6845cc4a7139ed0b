import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { applicationWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'

const BIG = '9007199254740991'
const live = (content: string | Buffer) => ({ 'show.ts': content, 'show.ts.live': '' })

describe('a live file after a restart', () => {
  it('is not "not modified" for a cache, if other bytes of the same length are there', async () => {
    using folder = new Folder(live(pattern(1_000)))
    const first = await applicationWith({ root: folder.path, live: true })
    const stored = await fetch(`${first.url}/show.ts`)
    const tag = stored.headers.get('etag') ?? ''
    await stored.arrayBuffer()
    await first[Symbol.asyncDispose]()
    writeFileSync(folder.at('show.ts'), pattern(1_000, 2), { flag: 'r+' })

    await using again = await applicationWith({ root: folder.path, live: true })
    const headers = { 'if-none-match': tag }
    const asked = await fetch(`${again.url}/show.ts`, { headers })
    expect(asked.status).toBe(200)
    expect(asked.headers.get('etag')).not.toBe(tag)
  })

  it('has another tag for other bytes of a length that was sent', async () => {
    using folder = new Folder(live(pattern(1_000)))
    const first = await applicationWith({ root: folder.path, live: true })
    const stored = await fetch(`${first.url}/show.ts`)
    await stored.arrayBuffer()
    await first[Symbol.asyncDispose]()
    writeFileSync(folder.at('show.ts'), pattern(1_000, 2), { flag: 'r+' })
    await using again = await applicationWith({ root: folder.path, live: true })
    const other = await fetch(`${again.url}/show.ts`)
    expect(other.headers.get('etag')).not.toBe(stored.headers.get('etag'))
  })
})

it('files without a marker are served if the records are removed, and live ones begin anew', async () => {
  using folder = new Folder({ ...live('live,'), 'a.txt': 'plain' })
  await using served = await applicationWith({ root: folder.path, live: true })
  const before = await fetch(`${served.url}/show.ts`, { headers: { range: `bytes=0-${BIG}` } })
  await before.body?.cancel()
  rmSync(folder.at('.lastbyte-live'), { recursive: true })
  expect(await (await fetch(`${served.url}/a.txt`)).text()).toBe('plain')
  const after = await fetch(`${served.url}/show.ts`)
  expect(await after.text()).toBe('live,')
  expect(after.headers.get('etag')).not.toContain(before.headers.get('etag')?.slice(0, -1))
})

describe('a live file in an archive of its folder', () => {
  it('has the bytes of the time when the archive was planned, also if it grows and is finished', async () => {
    using folder = new Folder({ ...live(pattern(300_000)), 'z.bin': pattern(2_000_000) })
    await using served = await applicationWith({ root: folder.path, live: true, zip: true })
    await expect
      .poll(async () => (await fetch(`${served.url}/?zip`, { method: 'HEAD' })).status)
      .toBe(200)
    const growing = await fetch(`${served.url}/?zip`)
    appendFileSync(folder.at('show.ts'), 'more')
    const bytes = Buffer.from(await growing.arrayBuffer())
    expect(bytes.includes(pattern(300_000))).toBe(true)
    expect(bytes.includes('show.ts.live')).toBe(false)

    rmSync(folder.at('show.ts.live'))
    await expect
      .poll(async () => (await fetch(`${served.url}/show.ts`)).headers.get('etag'))
      .not.toContain('.')
    const finished = await fetch(`${served.url}/?zip`)
    expect(finished.status).toBe(200)
    expect(
      Buffer.from(await finished.arrayBuffer()).includes(
        Buffer.concat([pattern(300_000), Buffer.from('more')]),
      ),
    ).toBe(true)
  })
})

it('a listing has neither the markers nor the records', async () => {
  using folder = new Folder({ ...live('x'), 'other.part': '', 'd/a.ts': 'x', 'd/a.ts.part': 'x' })
  const options = {
    root: folder.path,
    live: true,
    list: { format: 'json' },
    dotfiles: 'allow',
  } as const
  await using served = await applicationWith(options)
  await (await fetch(`${served.url}/show.ts`)).text()
  const list = async (path: string) => (await fetch(served.url + path)).json()
  expect(await list('/')).toEqual({ dirs: ['d'], files: ['other.part', 'show.ts'] })
  expect(await list('/d/')).toEqual({ dirs: [], files: ['a.ts'] })
  expect((await fetch(`${served.url}/.lastbyte-live/`)).status).toBe(404)
})
