import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fileSource } from '../../src/source/file/file-source.js'
import { serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'

async function served(folder: Folder, prefix = '/') {
  const source = fileSource({ roots: [folder.path], dotfiles: 'ignore' })
  return serverWith({ source, list: true, pages: true, prefix })
}

describe('The files that pages load', () => {
  it.each([
    ['player.js', 'text/javascript; charset=utf-8'],
    ['lastbyte.css', 'text/css; charset=utf-8'],
  ])('serve %s of the page as %s, for GET and HEAD', async (name, contentType) => {
    using folder = new Folder()
    await using application = await served(folder)
    const text = readFileSync(`src/pages/built/${name}`, 'utf8')
    for (const method of ['GET', 'HEAD']) {
      const response = await fetch(`${application.url}/-/assets/${name}`, { method })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe(contentType)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
      expect(await response.text()).toBe(method === 'GET' ? text : '')
    }
  })

  it('serve the worker beside the assets, with the scope of all files behind any proxy, and always anew', async () => {
    using folder = new Folder()
    for (const prefix of ['/', '/films/']) {
      await using application = await served(folder, prefix)
      const { status, headers } = await fetch(`${application.url}${prefix}-/worker.js`)
      expect(status).toBe(200)
      expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8')
      expect(headers.get('service-worker-allowed')).toBe('../')
      expect(headers.get('cache-control')).toBe('no-cache')
      // An asset may control nothing but its own folder.
      const asset = await fetch(`${application.url}${prefix}-/assets/player.js`)
      expect(asset.headers.get('service-worker-allowed')).toBe(null)
      expect((await fetch(`${application.url}${prefix}-/assets/worker.js`)).status).toBe(404)
    }
  })
})
