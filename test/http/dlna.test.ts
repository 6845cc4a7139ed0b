import { describe, expect, it } from 'vitest'
import { answerDlna } from '../../src/http/dlna.js'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { applicationWith, serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { http2Responses } from '../fixture/http2-responses.js'
import { sendRequest } from '../fixture/precompressed-folder.js'
import { ProxyWithOrigin } from '../fixture/proxy-with-origin.js'
import { RawClient } from '../fixture/raw-http.js'
import { serve } from '../fixture/scripted-server.js'
import { tls } from '../fixture/tls.js'

const MEDIA = 'DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=01700000000000000000000000000000'
const OTHER = MEDIA.replace('=0170', '=00f0')
const FEATURES = { 'getcontentfeatures.dlna.org': '1' }
const mode = (value: string) => ({ 'transfermode.dlna.org': value })

describe('answerDlna', () => {
  it.each([
    ['video/mp4', true, MEDIA],
    ['audio/mpeg', true, MEDIA],
    ['VIDEO/MP2T; x=1', true, MEDIA],
    ['image/jpeg', true, OTHER],
    ['application/octet-stream', true, OTHER],
    [undefined, true, OTHER],
    ['video/mp4', false, MEDIA.replace('OP=01', 'OP=00')],
  ])('describes %s, with ranges: %s', (contentType, isRanged, expected) => {
    expect(answerDlna(FEATURES, { contentType, isRanged })).toEqual({
      kind: 'fields',
      fields: { 'contentfeatures.dlna.org': expected },
    })
  })

  it.each([
    ['Streaming', 'video/mp4', 'Streaming'],
    ['streaming ', 'audio/mpeg', 'Streaming'],
    ['Background', 'video/mp4', 'Background'],
    ['Interactive', 'image/png', 'Interactive'],
    ['Background', 'image/png', 'Background'],
    // As televisions do.
    ['Interactive', 'video/mp4', 'Interactive'],
    ['Streaming', 'application/octet-stream', 'Streaming'],
  ])('takes the mode %j for %s as %s', (wanted, contentType, expected) => {
    expect(answerDlna(mode(wanted), { contentType, isRanged: true })).toEqual({
      kind: 'fields',
      fields: { 'transfermode.dlna.org': expected },
    })
  })

  it.each([
    [mode('Turbo'), 'video/mp4', 406],
    [mode(''), 'video/mp4', 406],
    [mode('Streaming, Background'), 'video/mp4', 406],
    [mode('Streaming'), 'image/png', 406],
    [{ 'getcontentfeatures.dlna.org': '0' }, 'video/mp4', 400],
    [{ 'getcontentfeatures.dlna.org': '' }, 'video/mp4', 400],
  ])('refuses %j of %s with %d', (request, contentType, status) => {
    const answer = answerDlna(request, { contentType, isRanged: true })
    expect(answer).toMatchObject({ kind: 'refused', status })
  })

  it('says nothing unasked', () => {
    const content = { contentType: 'video/mp4', isRanged: true }
    expect(answerDlna({}, content)).toEqual({ kind: 'fields', fields: {} })
  })
})

describe('The response to a DLNA renderer', () => {
  const ASKING = { 'getcontentFeatures.dlna.org': '1', 'transferMode.dlna.org': 'Streaming' }
  const FIELDS = { 'contentfeatures.dlna.org': MEDIA, 'transfermode.dlna.org': 'Streaming' }

  async function respond(
    fields: Record<string, string>,
    {
      method = 'GET',
      path = '/a.mp4',
      ...options
    }: { method?: string; path?: string } & LastbyteOptions = {},
  ) {
    using folder = new Folder({ 'a.mp4': 'film', 'b.png': 'x' })
    await using app = await applicationWith({ root: folder.path, ...options })
    return await sendRequest(app.url + path, fields, method)
  }

  it.each<[string, number, Record<string, string>, string]>([
    ['a GET', 200, {}, 'GET'],
    ['a HEAD', 200, {}, 'HEAD'],
    ['a range', 206, { Range: 'bytes=1-' }, 'GET'],
  ])('has the fields to %s', async (_to, status, more, method) => {
    const got = await respond({ ...ASKING, ...more }, { method })
    expect(got.status).toBe(status)
    expect(got.fields).toMatchObject(FIELDS)
  })

  it('has the names as renderers compare them', async () => {
    using folder = new Folder({ 'a.mp4': 'film' })
    await using app = await applicationWith({ root: folder.path })
    using client = new RawClient(app.port)
    client.request('/a.mp4', { ...ASKING, Connection: 'close' })
    await client.closed()
    const head = String(client.received)
    expect(head).toContain(`\r\ncontentFeatures.dlna.org: ${MEDIA}\r\n`)
    expect(head).toContain('\r\ntransferMode.dlna.org: Streaming\r\n')
  })

  it('has none of them unasked, nor for what is no file', async () => {
    for (const got of [
      await respond({}),
      await respond(ASKING, { path: '/none' }),
      await respond({ ...ASKING, Accept: 'text/event-stream' }),
    ]) {
      expect(Object.keys(got.fields).filter((name) => name.includes('dlna'))).toEqual([])
    }
  })

  it('is a 406 for a mode that there is not, and says that ranges are off', async () => {
    const wrong = await respond({ 'transferMode.dlna.org': 'Turbo' })
    expect([wrong.status, JSON.parse(String(wrong.body)).detail]).toEqual([
      406,
      'transferMode.dlna.org: expected Streaming, Interactive or Background.',
    ])
    expect(wrong.fields.etag).toBeUndefined()
    expect((await respond(ASKING, { path: '/b.png' })).status).toBe(406)
    const whole = await respond(ASKING, { acceptRanges: false })
    expect(whole.fields['contentfeatures.dlna.org']).toMatch(/^DLNA\.ORG_OP=00;/)
  })

  it('has what the application sets instead', async () => {
    const setHeaders: LastbyteOptions['setHeaders'] = (reply) => {
      reply.setHeader('contentFeatures.dlna.org', 'DLNA.ORG_PN=AVC_MP4_MP_SD')
    }
    const { fields } = await respond(ASKING, { setHeaders })
    expect(fields['contentfeatures.dlna.org']).toBe('DLNA.ORG_PN=AVC_MP4_MP_SD')
  })

  it('is the same over HTTP/2, and for a file of an origin', async () => {
    using folder = new Folder({ 'a.mp4': 'film' })
    await using app = await serverWith({ root: folder.path }, { tls })
    await using client = http2Responses(`https://127.0.0.1:${app.port}`)
    expect((await client.request('/a.mp4', ASKING)).fields).toMatchObject(FIELDS)
    const origin = serve(Buffer.from('film'), { etag: '"v"', 'content-type': 'video/mp4' })
    await using site = await ProxyWithOrigin.start(origin)
    expect((await site.get('/f', ASKING)).fields).toMatchObject(FIELDS)
  })
})
