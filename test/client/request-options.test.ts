import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import * as browser from '../../src/client/browser.js'
import * as node from '../../src/client/index.js'
import { requestOptions } from '../../src/client/request-options.js'
import type { StreamOptions } from '../../src/client/resumable-stream.js'
import { ScriptedServer } from '../fixture/scripted-server.js'

const folder = mkdtempSync(join(tmpdir(), 'lastbyte-request-options-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Call = (url: string | URL, options: StreamOptions) => Promise<unknown>

const CALLS: [string, Call][] = [
  ['resumableStream on Node', node.resumableStream],
  ['readEventStream on Node', (url, options) => node.readEventStream(url, options).next()],
  ['readFrames on Node', (url, options) => node.readFrames(url, options).next()],
  ['download', (url, options) => node.download(url, { ...options, to: join(folder, 'f') })],
  ['resumableStream by fetch', browser.resumableStream],
  ['readEventStream by fetch', (url, options) => browser.readEventStream(url, options).next()],
  ['readFrames by fetch', (url, options) => browser.readFrames(url, options).next()],
]

/** An option that no attempt could use: what is given, the name of the option, and what is received. */
const UNUSABLE: [string, { url?: string | URL; headers?: object }, string, string][] = [
  ['a password that is not percent-encoded', { url: 'http://me:50%@h/' }, 'url', 'http://***@h/'],
  ['such a URL object', { url: new URL('http://me:50%@h/') }, 'url', 'http://***@h/'],
  ['ftp:', { url: 'ftp://h/f' }, 'url', 'ftp://h/f'],
  ['file:', { url: new URL('file:///f') }, 'url', 'file:///f'],
  ['no host', { url: 'http://' }, 'url', 'http://'],
  ['a relative URL', { url: '/f' }, 'url', '/f'],
  ['port 0', { url: 'http://127.0.0.1:0/' }, 'url', 'http://127.0.0.1:0/'],
  ['port 99999', { url: 'http://h:99999/' }, 'url', 'http://h:99999/'],
  ['no scheme', { url: 'foo' }, 'url', 'foo'],
  ['an empty URL', { url: '' }, 'url', ''],
  ['an empty name', { headers: { '': 'x' } }, 'headers', 'an empty name'],
  ['text beyond Latin-1', { headers: { X: '日本' } }, 'headers', 'U+65E5 at position 0'],
  ...[
    ...['Connection', 'Content-Length', 'Expect', 'HTTP2-Settings', 'If-Range', 'Keep-Alive'],
    ...['Proxy-Connection', 'Range', 'TE', 'Trailer', 'Transfer-Encoding', 'Upgrade'],
  ].map((name): (typeof UNUSABLE)[number] => [
    `the field ${name}`,
    { headers: { [name]: 'x' } },
    'headers',
    name.toLowerCase(),
  ]),
  ['a value with CR LF', { headers: { x: 'a\r\nb: c' } }, 'headers', 'U+000D at position 1'],
  ['a value with NUL', { headers: { x: '\0' } }, 'headers', 'U+0000 at position 0'],
  ['a value beyond Latin-1', { headers: { x: '\u010a' } }, 'headers', 'U+010A at position 0'],
  ['a name with a space', { headers: { 'x y': '' } }, 'headers', 'U+0020 in "x…"'],
  ['a value that is a number', { headers: { x: 1 } }, 'headers', 'a number'],
  ['a Headers', { headers: new Headers() }, 'headers', 'an instance of Headers'],
  ['an array of pairs', { headers: [['x', 'y']] }, 'headers', 'an array'],
]

describe.each(CALLS)('%s', (_call, call) => {
  it.each(UNUSABLE)(
    'refuses %s at once, by the name of the option',
    async (_what, given, setting, received) => {
      const retries: unknown[] = []
      const { url = 'http://127.0.0.1:1/f', headers = {} } = given
      const options = {
        headers: headers as Record<string, string>,
        onEvent: (event: unknown) => void retries.push(event),
      }
      await expect(call(url, options)).rejects.toMatchObject({
        code: 'BAD_SETTING',
        facts: { setting, received },
      })
      expect(retries).toEqual([])
      expect(readdirSync(folder)).toEqual([])
    },
  )

  it.each(['ftp://h/f', 'http://[x', 'http://h:99999/'])(
    'is refused, without a retry, by a server that redirects to %s',
    async (location) => {
      await using server = await ScriptedServer.start((_request, response) =>
        response.writeHead(302, { location }).end(),
      )
      await expect(call(`${server.url}/f`, {})).rejects.toMatchObject({ code: 'REFUSED' })
      expect(server.requests).toHaveLength(1)
    },
  )

  it('is refused by a server that redirects without end', async () => {
    await using server = await ScriptedServer.start((_request, response) =>
      response.writeHead(302, { location: '/f' }).end(),
    )
    await expect(call(`${server.url}/f`, {})).rejects.toMatchObject({ code: 'REFUSED' })
  })

  it('sends the user name and password of the URL as an Authorization field', async () => {
    await using server = await ScriptedServer.start((_request, response) =>
      response.writeHead(404).end(),
    )
    const url = server.url.replace('//', '//me:50%25@')
    await expect(call(url, {})).rejects.toMatchObject({ code: 'REFUSED' })
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${btoa('me:50%')}`)
  })
})

describe.each([
  ['readEventStream on Node', node.readEventStream],
  ['readEventStream by fetch', browser.readEventStream],
  ['readFrames on Node', node.readFrames],
  ['readFrames by fetch', browser.readFrames],
])('%s', (_call, read) => {
  it.each(['a\nb', '\0', '\x01'])('refuses a lastEventId of %j at once', async (lastEventId) => {
    const reading = read('http://127.0.0.1:1/f', { lastEventId })
    await expect(reading.next()).rejects.toMatchObject({
      code: 'BAD_SETTING',
      facts: { setting: 'lastEventId' },
    })
  })
})

describe('requestOptions', () => {
  it("prefers the caller's Authorization field to the credentials of the URL", () => {
    const { url, fields } = requestOptions('http://me:secret@h/', { Authorization: 'Bearer x' })
    expect([url, fields]).toEqual(['http://h/', { authorization: 'Bearer x' }])
  })
})
