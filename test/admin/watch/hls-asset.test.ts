import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { addHls } from '../../../src/admin/watch/hls-asset.js'
import { serverWith } from '../../fixture/application.js'
import { Folder } from '../../fixture/files.js'

describe('addHls', () => {
  it('sends hls.js of the package that is installed', async () => {
    using folder = new Folder()
    await using application = await serverWith({ root: folder.path, pages: true })
    const response = await fetch(`${application.url}/-/assets/hls.js`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    const text = await response.text()
    expect(text).toContain('isSupported')
    expect(await (await fetch(`${application.url}/-/assets/hls.js`)).text()).toBe(text)
  })

  it('tells how to install it where it is missing', async () => {
    using folder = new Folder({ 'package.json': '{}' })
    const app = Fastify()
    addHls(app, '/-/', [folder.at('package.json')])
    const response = await app.inject('/-/assets/hls.js')
    expect(response.statusCode).toBe(404)
    expect(response.body).toContain('npm install hls.js')
    await app.close()
  })

  it('finds it once it is installed, from any of the folders', async () => {
    using folder = new Folder({ 'package.json': '{}' })
    const app = Fastify()
    addHls(app, '/-/', ['/nowhere/package.json', folder.at('package.json')])
    expect((await app.inject('/-/assets/hls.js')).statusCode).toBe(404)
    folder.write('node_modules/hls.js/package.json', '{"name":"hls.js"}')
    folder.write('node_modules/hls.js/dist/hls.min.js', 'Hls = 1')
    expect((await app.inject('/-/assets/hls.js')).body).toBe('Hls = 1')
    await app.close()
  })
})
