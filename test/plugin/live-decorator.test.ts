import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

describe('app.live', () => {
  it('writes a file that clients read as it is written, and gives up visibly', async () => {
    using folder = new Folder()
    await using served = await applicationWith({ root: folder.path, live: true })
    const headers = { range: 'bytes=0-9007199254740991' }
    const show = await served.app.live('show.txt')
    const response = await fetch(`${served.url}/show.txt`, { headers })
    await show.append('Hello ')
    await show.append('world')
    await show.finish()
    expect(await response.text()).toBe('Hello world')

    const lost = await served.app.live('lost.txt')
    await lost.append('x')
    const cut = await fetch(`${served.url}/lost.txt`, { headers })
    await lost.abort()
    await expect(cut.text()).rejects.toThrow()
    expect((await fetch(`${served.url}/lost.txt`)).status).toBe(404)
  })

  it('is refused without the options root and live, and for a malformed path', async () => {
    using folder = new Folder()
    const app = Fastify()
    await app.register(lastbyte, { root: folder.path })
    await expect(app.live('a')).rejects.toMatchObject({ code: 'BAD_SETTING' })
    await app.close()
    await using served = await applicationWith({ root: folder.path, live: true })
    for (const path of [undefined, '../a', 'a/../../b', 'a\0']) {
      await expect(served.app.live(path as string)).rejects.toThrow(/path|live/)
    }
  })
})
