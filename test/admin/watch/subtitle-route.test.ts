import { describe, expect, it } from 'vitest'
import type { LastbyteOptions } from '../../../src/settings/options.js'
import { serverWith } from '../../fixture/application.js'
import { Folder } from '../../fixture/files.js'

const SRT = '1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>Grüße</i>\r\n'

const served = (folder: Folder, rest: LastbyteOptions = {}) =>
  serverWith({ root: folder.path, pages: true, ...rest })

describe('The route of subtitles', () => {
  it.each([
    ['a.srt', SRT],
    ['x y/a.de.srt', Buffer.from(SRT, 'latin1')],
    ['a.SRT', Buffer.from(`\ufeff${SRT}`, 'utf16le')],
    ['a.ass', '[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,,,,,,,{\\i1}Grüße'],
    ['a.ssa', '[Events]\nDialogue: Marked=0,0:00:01.00,0:00:02.00,,,,,,,{\\i1}Grüße{\\i0}'],
  ])('sends %s as WebVTT', async (name, content) => {
    using folder = new Folder({ [name]: content })
    await using application = await served(folder)
    const response = await fetch(`${application.url}/-/subtitles/${encodeURI(name)}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/vtt; charset=utf-8')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await response.text()).toBe('WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<i>Grüße</i>\n')
  })

  it('reads the former encoding of the language in the name', async () => {
    const text = Buffer.from('00:00:01,000 --> 00:00:02,000\n')
    const content = Buffer.concat([text, Buffer.of(0xcf, 0xf0, 0xe8)])
    using folder = new Folder({ 'a.b.ru.forced.srt': content })
    await using application = await served(folder)
    const response = await fetch(`${application.url}/-/subtitles/a.b.ru.forced.srt`)
    expect(await response.text()).toContain('При')
  })

  it('has an entity tag of its own, and responds with 304 while the file is the same', async () => {
    using folder = new Folder({ 'a.srt': SRT })
    await using application = await served(folder)
    const url = `${application.url}/-/subtitles/a.srt`
    const etag = (await fetch(url)).headers.get('etag') ?? ''
    const source = (await fetch(`${application.url}/a.srt`)).headers.get('etag')
    expect(etag).toMatch(/^"[^"]+"$/)
    expect(etag).not.toBe(source)
    const headers = { 'if-none-match': etag }
    const unchanged = await fetch(url, { headers })
    expect([unchanged.status, unchanged.headers.get('etag')]).toEqual([304, etag])
    expect((await fetch(url, { headers: { 'if-match': '"other"' } })).status).toBe(412)
    folder.write('a.srt', SRT.replace('Grüße', 'Ade'))
    expect((await fetch(url, { headers })).status).toBe(200)
  })

  it('responds to HEAD with the fields of GET', async () => {
    using folder = new Folder({ 'a.srt': SRT })
    await using application = await served(folder)
    const url = `${application.url}/-/subtitles/a.srt`
    const [get, head] = [await fetch(url), await fetch(url, { method: 'HEAD' })]
    for (const name of ['content-type', 'content-length', 'etag']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name))
    }
    expect(await head.text()).toBe('')
  })

  it.each([
    ['a.srt', 'no times', 422, /SubRip: no line has two times/],
    ['a.ass', 'no events', 422, /SubStation Alpha/],
    ['a.vtt', 'no header', 422, /WebVTT/],
    ['a.txt', 'text', 404, /Only files with the extension/],
  ])(
    'responds to %s with the content "%s" with %i and the reason',
    async (name, content, status, detail) => {
      using folder = new Folder({ [name]: content })
      await using application = await served(folder)
      const response = await fetch(`${application.url}/-/subtitles/${name}`)
      expect(response.status).toBe(status)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(await response.json()).toMatchObject({ detail: expect.stringMatching(detail) })
    },
  )

  it('converts no file of more than 8 MiB', async () => {
    using folder = new Folder({ 'a.srt': Buffer.alloc(8 * 1024 * 1024 + 1, SRT) })
    await using application = await served(folder)
    const response = await fetch(`${application.url}/-/subtitles/a.srt`)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({
      detail: 'The file has 8,388,609 bytes; subtitles of at most 8,388,608 bytes are converted.',
    })
  })

  it.each([
    '/-/subtitles/none.srt',
    '/-/subtitles/',
    '/-/subtitles/folder.srt',
    '/-/subtitles/.h.srt',
  ])('responds to %s with 404', async (path) => {
    using folder = new Folder({ 'folder.srt/x': '', '.h.srt': SRT })
    await using application = await served(folder, { dotfiles: 'ignore' })
    expect((await fetch(application.url + path)).status).toBe(404)
  })
})
