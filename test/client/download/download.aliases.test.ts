import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { describe, expect, it } from 'vitest'
import { download } from '../../../src/client/download/download.js'
import { Folder, pattern } from '../../fixture/files.js'
import { mayMount, mounted } from '../../fixture/mount.js'
import { type Script, ScriptedServer, serve } from '../../fixture/scripted-server.js'

const CONTENT = pattern(300_000)
const OTHER = pattern(300_000, 1)
const OPTIONAL = { throwIfNoEntry: false } as const

/** Sends some bytes of the content, and the rest when `release` is called. */
function paused() {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const script: Script = (request, response) => {
    if (request.url === '/other') return serve(OTHER, { etag: '"o"' })(request, response)
    response.writeHead(200, { etag: '"v1"', 'content-length': CONTENT.length })
    response.write(CONTENT.subarray(0, 100_000))
    void released.then(() => response.end(CONTENT.subarray(100_000)))
  }
  return { script, release }
}

/** Begins a download to `one`, and runs `second` while it lasts; then completes it. */
async function meanwhile(one: string, part: string, second: (url: string) => Promise<void>) {
  const { script, release } = paused()
  await using server = await ScriptedServer.start(script)
  const first = download(`${server.url}/f`, { to: one, retryFor: 0 })
  first.catch(() => {})
  try {
    // Its sidecar, written after the part file was opened, is complete.
    await expect.poll(() => statSync(`${part}.json`, OPTIONAL)?.size ?? 0).toBeGreaterThan(0)
    await second(server.url)
  } finally {
    release()
  }
  return await first
}

const refused = async (url: string, to: string) =>
  expect(download(`${url}/other`, { to, retryFor: 0 })).rejects.toMatchObject({
    code: 'IN_USE',
    message: expect.stringContaining('another download writes to it'),
  })

describe('A second download to a file that a first one writes is refused', () => {
  it('by a path through a linked folder', async () => {
    using folder = new Folder()
    mkdirSync(folder.at('real'))
    symlinkSync('real', folder.at('link'))
    await meanwhile(folder.at('real/f'), folder.at('real/f.part'), (url) =>
      refused(url, folder.at('link/f')),
    )
    expect(readFileSync(folder.at('real/f')).equals(CONTENT)).toBe(true)
  })

  it.skipIf(!mayMount)('by a path through a folder that is mounted twice', async () => {
    using folder = new Folder()
    for (const name of ['real', 'bind']) mkdirSync(folder.at(name))
    using _mount = mounted('--bind', folder.at('real'), folder.at('bind'))
    await meanwhile(folder.at('real/f'), folder.at('real/f.part'), (url) =>
      refused(url, folder.at('bind/f')),
    )
    expect(readFileSync(folder.at('real/f')).equals(CONTENT)).toBe(true)
  })

  it.each(['./f', 'x/../f', '//f'])('as %s', async (path) => {
    using folder = new Folder({ 'x/inside': '' })
    await meanwhile(folder.at('f'), folder.at('f.part'), (url) =>
      refused(url, `${folder.path}/${path}`),
    )
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
  })

  it('by another name of the file (a hard link)', async () => {
    using folder = new Folder({ f: 'old' })
    linkSync(folder.at('f'), folder.at('g'))
    await meanwhile(folder.at('f'), folder.at('f.part'), (url) => refused(url, folder.at('g')))
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
    expect(readFileSync(folder.at('g'), 'utf8')).toBe('old')
  })

  it('by a linked file', async () => {
    using folder = new Folder({ f: 'old' })
    symlinkSync('f', folder.at('g'))
    await meanwhile(folder.at('f'), folder.at('f.part'), (url) => refused(url, folder.at('g')))
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
  })

  it('by the name of its part file', async () => {
    using folder = new Folder()
    await meanwhile(folder.at('f'), folder.at('f.part'), (url) => refused(url, folder.at('f.part')))
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
  })

  it('by a name whose part file is the same one, as where the case of names is ignored', async () => {
    using folder = new Folder()
    await meanwhile(folder.at('f'), folder.at('f.part'), async (url) => {
      linkSync(folder.at('f.part'), folder.at('F.part'))
      await refused(url, folder.at('F'))
      rmSync(folder.at('F.part'))
    })
    expect(readFileSync(folder.at('f')).equals(CONTENT)).toBe(true)
  })
})

describe('A download whose folder is replaced while it runs', () => {
  /** Another download that was interrupted has left these files in the folder that takes the place. */
  const LEFT = { 'f.part': 'bytes of another download', 'f.part.json': '{"format":1}' }

  it.each<[string, (folder: Folder) => void]>([
    [
      'a link to it is',
      (folder) => {
        rmSync(folder.at('here'))
        symlinkSync('there', folder.at('here'))
      },
    ],
    [
      'the folder is',
      (folder) => {
        renameSync(folder.at('here'), folder.at('away'))
        renameSync(folder.at('there'), folder.at('here'))
      },
    ],
  ])('fails, and touches nothing of the other one, where %s', async (_what, replace) => {
    using folder = new Folder({ 'real/inside': '' })
    mkdirSync(folder.at('there'))
    for (const [name, text] of Object.entries(LEFT)) writeFileSync(folder.at(`there/${name}`), text)
    symlinkSync('real', folder.at('here'))
    const running = meanwhile(folder.at('here/f'), folder.at('here/f.part'), async () =>
      replace(folder),
    )
    await expect(running).rejects.toMatchObject({
      code: 'DISK_FAILED',
      message: expect.stringContaining('received another one at its path'),
    })
    for (const [name, text] of Object.entries(LEFT)) {
      expect(readFileSync(folder.at(`here/${name}`), 'utf8')).toBe(text)
    }
    expect(readdirSync(folder.at('here')).sort()).toEqual(Object.keys(LEFT))
  })

  it('never renames the part file of another download', async () => {
    using folder = new Folder()
    const running = meanwhile(folder.at('f'), folder.at('f.part'), async () => {
      renameSync(folder.at('f.part'), folder.at('mine'))
      writeFileSync(folder.at('f.part'), 'bytes of another download')
    })
    await expect(running).rejects.toMatchObject({ code: 'DISK_FAILED' })
    expect(existsSync(folder.at('f'))).toBe(false)
    expect(readFileSync(folder.at('f.part'), 'utf8')).toBe('bytes of another download')
  })
})
