import { describe, expect, it } from 'vitest'
import type { LastbyteOptions } from '../../src/index.js'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import {
  ACCEPTS_ALL,
  BR,
  GZ,
  precompressedFolder,
  SCRIPT,
  sendRequest,
} from '../fixture/precompressed-folder.js'

describe('With preCompressed: true,', () => {
  it('sendFile selects a coding unless the handler has set one, and download never does', async () => {
    using folder = precompressedFolder()
    using elsewhere = new Folder({ 'a.css': 'a', 'a.css.gz': GZ })
    const options = { root: folder.path, serve: false, preCompressed: true }
    await using served = await applicationWith(options, (app) => {
      app.get('/send', (_request, reply) => reply.sendFile('app.js'))
      app.get('/else', (_request, reply) => reply.sendFile('a.css', elsewhere.path))
      app.get('/page', (_request, reply) => reply.code(404).sendFile('app.js'))
      app.get('/set', (_request, reply) =>
        reply.header('content-encoding', 'gzip').type('text/x').sendFile('app.js.gz'),
      )
      app.get('/type', (_request, reply) => reply.type('video/mp4').sendFile('app.js'))
      app.get('/tag', (_request, reply) =>
        reply.header('etag', '"mine"').header('vary', 'Origin').sendFile('app.js'),
      )
      app.get('/download', (_request, reply) => reply.download('app.js'))
    })
    const get = (path: string, more = {}) =>
      sendRequest(served.url + path, { ...ACCEPTS_ALL, ...more })
    expect((await get('/send')).body.equals(BR)).toBe(true)
    expect((await get('/else')).body.equals(GZ)).toBe(true)
    expect(await get('/page')).toMatchObject({ status: 404, fields: { 'content-encoding': 'br' } })
    const set = await get('/set')
    expect([set.body.equals(GZ), set.fields.vary]).toEqual([true, 'Accept'])
    expect((await get('/type')).body.equals(SCRIPT)).toBe(true)
    const tag = await get('/tag')
    expect(tag.fields).toMatchObject({ etag: '"mine;br"', vary: 'Origin, Accept, Accept-Encoding' })
    expect((await get('/tag', { 'If-None-Match': '"mine"' })).status).toBe(200)
    expect((await get('/tag', { 'If-None-Match': '"mine;br"' })).status).toBe(304)
    expect((await sendRequest(`${served.url}/tag`)).fields.etag).toBe('"mine"')
    const download = await get('/download')
    expect([download.body.equals(SCRIPT), download.fields.vary]).toEqual([true, 'Accept'])
  })

  it('setHeaders and allowedPath are called with the path of the requested file', async () => {
    using folder = precompressedFolder()
    const received: unknown[] = []
    const setHeaders: LastbyteOptions['setHeaders'] = (reply, path, stat) => {
      received.push(path === folder.at('app.js'), stat?.size)
      reply.setHeader('ETag', 'W/"own"')
    }
    const allowedPath = (path: string) => path === '/app.js'
    const options = { root: folder.path, preCompressed: true, setHeaders, allowedPath }
    await using served = await applicationWith(options)
    const { fields } = await sendRequest(`${served.url}/app.js`, ACCEPTS_ALL)
    expect(received).toEqual([true, BR.length])
    expect(fields.etag).toBe('W/"own;br"')
  })
})
