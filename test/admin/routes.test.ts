import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { adminRoutes, WATCH } from '../../src/admin/routes.js'
import { fileSource } from '../../src/source/file/file-source.js'
import { serverWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

async function served(folder: Folder) {
  const source = fileSource({ roots: [folder.path], dotfiles: 'ignore' })
  return serverWith({ source, list: true, watch: WATCH, stallTimeout: 1_200 }, {}, (app) =>
    adminRoutes(app, { source }),
  )
}

/** The value of a metric, by its name and labels as they are printed. */
async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/-/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return Number(line?.split(' ')[1] ?? Number.NaN)
}

describe('The routes under /-/', () => {
  it('respond at healthz with 200, and at readyz with 200 until the server is closing', async () => {
    using folder = new Folder()
    await using application = await served(folder)
    expect(await (await fetch(`${application.url}/-/healthz`)).text()).toBe('ok\n')
    expect((await fetch(`${application.url}/-/readyz`)).status).toBe(200)

    application.app.transfers.drain(60_000)
    const response = await fetch(`${application.url}/-/readyz`)
    expect(response.status).toBe(503)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  it('respond at metrics with the transfers, their bytes and outcomes', async () => {
    using folder = new Folder({ f: pattern(1000), big: pattern(20_000_000) })
    await using application = await served(folder)
    await (await fetch(`${application.url}/f`)).arrayBuffer()
    await application.settled(0)
    using client = new RawClient(application.port)
    client.request('/big')
    await client.until(1000)
    client.socket.pause()
    expect(await metric(application.url, 'lastbyte_transfers_running')).toBe(1)
    await expect
      .poll(() => metric(application.url, 'lastbyte_transfers_stalled'), { timeout: 5000 })
      .toBe(1)
    expect(await metric(application.url, 'lastbyte_sent_bytes_total')).toBeGreaterThan(1000)
    expect(await application.settled(1)).toMatchObject({ outcome: 'stalled' })
    expect(await metric(application.url, 'lastbyte_transfers_total{outcome="complete"}')).toBe(1)
    expect(await metric(application.url, 'lastbyte_transfers_total{outcome="stalled"}')).toBe(1)
    expect(await metric(application.url, 'lastbyte_transfers_running')).toBe(0)
    expect(await metric(application.url, 'lastbyte_transfer_duration_seconds_count')).toBe(2)
  })

  it('respond at watch with a page of the video, its subtitles and links, with escaped names', async () => {
    using folder = new Folder({
      'a & <b>/film "1".mp4': 'x',
      'a & <b>/film "1".vtt': 'x',
      'a & <b>/film "1".de-AT.vtt': 'x',
      'a & <b>/film "1".other.txt': 'x',
      'a & <b>/other.vtt': 'x',
    })
    await using application = await served(folder)
    const path = '/a%20%26%20%3Cb%3E/film%20%221%22.mp4'
    const response = await fetch(`${application.url}/-/watch${path}`)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
    const html = await response.text()
    expect(html).toContain(`<video controls playsinline preload="metadata" src="${path}">`)
    expect(html.match(/<track /g)).toHaveLength(2)
    expect(html).toContain('srclang="de-AT"')
    expect(html).not.toContain('<b>')
    for (const [, source] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await fetch(application.url + source)).status, source).toBe(200)
    }
  })

  it.each([
    ['watch.js', 'text/javascript; charset=utf-8'],
    ['watch.css', 'text/css; charset=utf-8'],
  ])('serve %s of the page as %s, for GET and HEAD', async (name, contentType) => {
    using folder = new Folder()
    await using application = await served(folder)
    const text = readFileSync(`src/admin/assets/${name}`, 'utf8')
    for (const method of ['GET', 'HEAD']) {
      const response = await fetch(`${application.url}/-/assets/${name}`, { method })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe(contentType)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
      expect(await response.text()).toBe(method === 'GET' ? text : '')
    }
  })

  it.each([
    ['/-/watch/nothing.mp4', 404],
    ['/-/watch/..%2fx', 400],
    ['/-/watch/', 404],
    ['/-/assets/nothing', 404],
    ['/-/nothing', 404],
  ])('respond to %s with %s and problem details', async (path, status) => {
    using folder = new Folder()
    await using application = await served(folder)
    const response = await fetch(application.url + path)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  it('are linked from a listing for files that can be played, and only for those', async () => {
    using folder = new Folder({ 'clip.mp4': 'x', 'sound.ogg': 'x', 'read.txt': 'x' })
    await using application = await served(folder)
    const html = await (await fetch(application.url)).text()
    const links = [...html.matchAll(/href="(\/-\/watch[^"]*)"/g)].map(([, link]) => link)
    expect(links).toEqual(['/-/watch/clip.mp4', '/-/watch/sound.ogg'])
  })
})
