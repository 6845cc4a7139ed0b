import { execFileSync } from 'node:child_process'
import {
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { describe, expect, it } from 'vitest'
import { download } from '../../../src/client/download/download.js'
import { formatSidecar } from '../../../src/client/download/sidecar-format.js'
import { Folder, pattern } from '../../fixture/files.js'
import { ScriptedServer, serve } from '../../fixture/scripted-server.js'

const MIB = 1024 * 1024
const CONTENT = pattern(3 * MIB)
const served = () => ScriptedServer.start(serve(CONTENT, { etag: '"v1"' }))
const SIDE_FILES = [
  'f.part',
  'f.part.json',
  'f.part.json.new',
  'f.part.set-aside',
  'f.part.json.set-aside',
]
const isRoot = process.geteuid?.() === 0

/** A record of bytes that the attacker has written. */
const recordOf = (url: string) =>
  formatSidecar({
    url,
    version: { validator: { kind: 'strong', etag: '"v1"' }, size: CONTENT.length },
    slices: [{ start: 0, end: MIB }],
  })

describe('A download to a folder in which somebody has planted', () => {
  const links: [string, (path: string, victim: string) => void][] = [
    ['a link to a file', (path, victim) => symlinkSync(victim, path)],
    ['a link to a file that does not exist', (path, victim) => symlinkSync(`${victim}-new`, path)],
    ['a link to a folder', (path, victim) => symlinkSync(`${victim}-folder`, path)],
    ['another name of a file', (path, victim) => linkSync(victim, path)],
    ['a FIFO', (path) => void execFileSync('mkfifo', [path])],
  ]
  it.each(SIDE_FILES.flatMap((name) => links.map(([what, plant]) => [what, name, plant] as const)))(
    '%s as %s touches nothing else, and is complete',
    async (_what, name, plant) => {
      await using server = await served()
      using folder = new Folder({ 'elsewhere/victim': 'of somebody else' })
      const victim = folder.at('elsewhere/victim')
      mkdirSync(`${victim}-folder`)
      mkdirSync(folder.at('here'))
      const { mode } = statSync(victim)
      plant(folder.at(`here/${name}`), victim)
      await download(`${server.url}/f`, { to: folder.at('here/f'), retryFor: 0 })
      expect(readFileSync(folder.at('here/f')).equals(CONTENT)).toBe(true)
      expect(lstatSync(folder.at('here/f')).isFile()).toBe(true)
      expect(readFileSync(victim, 'utf8')).toBe('of somebody else')
      expect(statSync(victim).mode).toBe(mode)
      expect(() => statSync(`${victim}-new`)).toThrow(/ENOENT/)
    },
  )

  it.each<[string, (part: string, victim: string) => void]>([
    ['a link', (part, victim) => symlinkSync(victim, part)],
    ['another name', (part, victim) => linkSync(victim, part)],
  ])('%s of a file as the part file of a valid record continues nothing', async (_what, plant) => {
    await using server = await served()
    using folder = new Folder({ victim: Buffer.alloc(MIB, 'x'), 'here/inside': '' })
    plant(folder.at('here/f.part'), folder.at('victim'))
    const url = `${server.url}/f`
    writeFileSync(folder.at('here/f.part.json'), recordOf(url))
    const { received } = await download(url, { to: folder.at('here/f'), retryFor: 0 })
    expect(received).toBe(CONTENT.length)
    expect(readFileSync(folder.at('here/f')).equals(CONTENT)).toBe(true)
    expect(readFileSync(folder.at('victim')).equals(Buffer.alloc(MIB, 'x'))).toBe(true)
  })

  it('a link as the record of a part file continues nothing', async () => {
    await using server = await served()
    const url = `${server.url}/f`
    using folder = new Folder({ record: recordOf(url), 'here/f.part': Buffer.alloc(MIB, 'x') })
    symlinkSync('../record', folder.at('here/f.part.json'))
    const { received } = await download(url, { to: folder.at('here/f'), retryFor: 0 })
    expect(received).toBe(CONTENT.length)
    expect(readFileSync(folder.at('here/f')).equals(CONTENT)).toBe(true)
  })

  it.skipIf(!isRoot)('a part file and a record of another user continues nothing', async () => {
    await using server = await served()
    const url = `${server.url}/f`
    using folder = new Folder({ 'f.part': Buffer.alloc(MIB, 'x'), 'f.part.json': recordOf(url) })
    for (const name of ['f.part', 'f.part.json']) chownSync(folder.at(name), 65_534, 65_534)
    const { received } = await download(url, { to: folder.at('f'), retryFor: 0 })
    expect(received).toBe(CONTENT.length)
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
  })

  it.skipIf(!isRoot)('its own files continues, as those of the folder’s owner', async () => {
    await using server = await served()
    const url = `${server.url}/f`
    using folder = new Folder({
      'f.part': CONTENT.subarray(0, MIB),
      'f.part.json': recordOf(url),
    })
    for (const name of ['', 'f.part', 'f.part.json']) chownSync(folder.at(name), 65_534, 65_534)
    const { received } = await download(url, { to: folder.at('f'), retryFor: 0 })
    expect(received).toBe(CONTENT.length - MIB)
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
  })

  it('a link while it runs touches nothing else', async () => {
    using folder = new Folder({ victim: 'of somebody else', 'here/inside': '' })
    const script = serve(CONTENT, { etag: '"v1"' })
    await using server = await ScriptedServer.start((request, response) => {
      for (const name of ['f.part.json', 'f.part.json.new']) {
        rmSync(folder.at(`here/${name}`), { force: true })
        symlinkSync('../victim', folder.at(`here/${name}`))
      }
      script(request, response)
    })
    await download(`${server.url}/f`, { to: folder.at('here/f'), retryFor: 0 })
    expect(readFileSync(folder.at('here/f')).equals(CONTENT)).toBe(true)
    expect(readFileSync(folder.at('victim'), 'utf8')).toBe('of somebody else')
  })
})
