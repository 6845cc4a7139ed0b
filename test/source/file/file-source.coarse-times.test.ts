import { renameSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ZERO_COPY_VARIABLE } from '../../../src/native/bindings.js'
import { applicationWith } from '../../fixture/application.js'
import { cutTimes } from '../../fixture/coarse-times.js'
import { Folder, pattern } from '../../fixture/files.js'

beforeEach(() => {
  vi.stubEnv(ZERO_COPY_VARIABLE, 'off')
  cutTimes()
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

/** Waits for the start of a second, so that both versions of a test fall into one. */
const nextSecond = () => delay(1_010 - (Date.now() % 1_000))

const CHANGES: [string, (path: string, content: Buffer) => void][] = [
  ['rewritten in place', (path, content) => writeFileSync(path, content, { flag: 'r+' })],
  [
    'replaced by a rename',
    (path, content) => {
      writeFileSync(`${path}.new`, content)
      renameSync(`${path}.new`, path)
    },
  ],
]

for (const [size, name] of [
  [1_000, 'a small file'],
  [4_000_000, 'a large file'],
] as const) {
  it.each(CHANGES)(
    `never shares an entity tag or bytes between two versions of ${name} that is %s in one second, where times are whole seconds`,
    async (_case, change) => {
      using folder = new Folder()
      await using server = await applicationWith({ root: folder.path })
      const url = `${server.url}/f`
      await nextSecond()
      change(folder.write('f', pattern(size)), pattern(size))
      const first = await fetch(url)
      expect(Buffer.from(await first.arrayBuffer()).equals(pattern(size))).toBe(true)
      const etag = first.headers.get('etag') ?? ''
      expect(etag).toMatch(/^"[\w-]{22}"$/)
      change(folder.at('f'), pattern(size, 1))
      for (const headers of [
        {},
        { 'if-range': etag, range: 'bytes=10-' },
        { 'if-none-match': etag },
      ]) {
        const next = await fetch(url, { headers })
        expect([next.status, next.headers.get('etag') === etag]).toEqual([200, false])
        expect(Buffer.from(await next.arrayBuffer()).equals(pattern(size, 1))).toBe(true)
      }
    },
  )
}

it('a file that is rewritten all the time has no entity tag and no body where times are whole seconds, and is served once it rests', async () => {
  using folder = new Folder({ f: pattern(300_000) })
  await using server = await applicationWith({ root: folder.path, sourceTimeout: 15_000 })
  let seed = 0
  const writer = setInterval(() => {
    seed += 1
    writeFileSync(folder.at('f'), pattern(300_000, seed % 2), { flag: 'r+' })
  }, 100)
  const head = await fetch(`${server.url}/f`, { method: 'HEAD' })
  expect([head.status, head.headers.get('etag')]).toEqual([200, null])
  const busy = await fetch(`${server.url}/f`)
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '1'])
  clearInterval(writer)
  const rested = await fetch(`${server.url}/f`)
  expect([rested.status, rested.headers.get('etag')]).toEqual([200, expect.stringMatching(/^"/)])
  expect(Buffer.from(await rested.arrayBuffer()).equals(pattern(300_000, seed % 2))).toBe(true)
}, 30_000)

it('a file system with times in whole seconds is reported once, with the option that helps', async () => {
  using folder = new Folder({ f: 'one', g: 'two' })
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
  await using server = await applicationWith({ root: folder.path })
  for (const name of ['f', 'g']) await (await fetch(`${server.url}/${name}`)).text()
  const messages = warned.mock.calls.map(([message]) => String(message))
  expect(messages.filter((message) => message.includes("etag: 'content'"))).toHaveLength(1)
})
