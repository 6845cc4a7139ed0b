import { describe, expect, it } from 'vitest'
import { faultRoutes } from '../../../src/admin/fault-routes.js'
import { createFaults } from '../../../src/fault/create-faults.js'
import type { LastbyteOptions } from '../../../src/settings/options.js'
import { applicationWith, serverWith } from '../../fixture/application.js'
import { Folder } from '../../fixture/files.js'

const served = (folder: Folder, rest: LastbyteOptions = {}) =>
  serverWith({ root: folder.path, list: true, pages: true, ...rest })

async function page(url: string, headers: Record<string, string> = {}): Promise<string> {
  return (await fetch(url, { headers })).text()
}

describe('The page that plays a file', () => {
  it('lists the subtitles first that the browser prefers, and varies by that', async () => {
    using folder = new Folder({ 'a.mp4': '', 'a.de.srt': '', 'a.en.srt': '', 'a.fr.vtt': '' })
    await using application = await served(folder)
    const url = `${application.url}/-/watch/a.mp4`
    const response = await fetch(url, { headers: { 'accept-language': 'fr-CA, en;q=0.5' } })
    expect(response.headers.get('vary')).toBe('Accept-Language')
    const languages = [...(await response.text()).matchAll(/srclang="([^"]*)"/g)]
    expect(languages.map(([, language]) => language)).toEqual(['fr', 'en', 'de'])
  })

  it('links the neighbours in the order of the listing', async () => {
    using folder = new Folder({ '10.mp4': '', '2.mp4': '', '2.txt': '', '3.ts': '', '1.mp3': '' })
    await using application = await served(folder)
    const html = await page(`${application.url}/-/watch/2.mp4`)
    expect(html).toContain('rel="prev" href="../../-/watch/1.mp3"')
    expect(html).toContain('rel="next" href="../../-/watch/10.mp4"')
  })

  it('tells no names of other files where folders are not listed', async () => {
    using folder = new Folder({ '1.mp4': '', '2.mp4': '', '1.de.srt': '' })
    await using application = await served(folder, { list: false })
    const html = await page(`${application.url}/-/watch/1.mp4`)
    expect(html).toContain('srclang="de"')
    expect(html).not.toContain('2.mp4')
  })

  it('does not exist for files that allowedPath forbids, and neither do their subtitles', async () => {
    using folder = new Folder({ 'a.mp4': '', 'a.srt': '', 'b.mp4': '' })
    const allowedPath = (path: string) => path === '/b.mp4'
    await using application = await served(folder, { allowedPath })
    expect((await fetch(`${application.url}/-/watch/a.mp4`)).status).toBe(404)
    expect((await fetch(`${application.url}/-/subtitles/a.srt`)).status).toBe(404)
    expect((await fetch(`${application.url}/-/watch/b.mp4`)).status).toBe(200)
  })

  it('names the interface of faults and the route of posters only where the server has them', async () => {
    using folder = new Folder({ 'a.mp4': '' })
    const layer = createFaults()
    await using without = await served(folder, { faults: layer })
    expect(await page(`${without.url}/-/watch/a.mp4`)).not.toMatch(/data-faults/)
    const options = { root: folder.path, pages: true, faults: layer }
    await using having = await serverWith(options, {}, async (app) => {
      await faultRoutes(app, layer, { token: 't', access: 'token' })
    })
    expect(await page(`${having.url}/-/watch/a.mp4`)).toContain('data-faults="../../-/faults"')
  })

  it('has another version for each version of the file', async () => {
    using folder = new Folder({ 'a.mp4': 'one' })
    await using application = await served(folder)
    const version = async () =>
      /data-version="([^"]+)"/.exec(await page(`${application.url}/-/watch/a.mp4`))?.[1]
    const first = await version()
    expect(first).toBe(await version())
    folder.write('a.mp4', 'another')
    expect(await version()).not.toBe(first)
  })

  it('has links that lead to what they name, also under a prefix and in folders', async () => {
    using folder = new Folder({ 'x/y z/1.mp4': 'x', 'x/y z/2.mp4': 'x', 'x/y z/1.srt': '\n' })
    await using application = await applicationWith({
      root: folder.path,
      list: true,
      pages: true,
      prefix: '/films/',
    })
    const url = `${application.url}/films/-/watch/x/y%20z/1.mp4`
    const links = [...(await page(url)).matchAll(/(?:src|href)="([^":]+)"/g)].map(([, to]) => to)
    expect(links.length).toBeGreaterThan(7)
    for (const link of links) expect((await fetch(new URL(link ?? '', url))).status, link).toBe(200)
  })
})
