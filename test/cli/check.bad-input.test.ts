import { once } from 'node:events'
import { createServer as createHttps } from 'node:https'
import net, { type AddressInfo, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { RawOrigin } from '../fixture/raw-origin.js'
import { type Ran, runInProcess } from '../fixture/run-in-process.js'
import { type Script, ScriptedServer } from '../fixture/scripted-server.js'
import { tls } from '../fixture/tls.js'

/** Exit code 2, and one line on stderr that says why the server can't be checked. */
function expectOneLine({ code, stderr }: Ran, message: RegExp): void {
  expect(stderr).toMatch(message)
  expect(stderr).toMatch(/^lastbyte: [^\n]+\n$/)
  expect(code).toBe(2)
}

const check = (url: string, ...flags: string[]) =>
  runInProcess(['check', url, '--timeout', '1s', ...flags])

const sends =
  (status: number, fields: Record<string, string> = {}, body = 'x'): Script =>
  (_request, response) =>
    void response.writeHead(status, fields).end(body)

const HTML = { 'content-type': 'text/html; charset=utf-8' }
const LOGIN_PAGE = '<!doctype html><title>Log in</title>'
const BUSY = { 'retry-after': '0' }

const toLogin: Script = (request, response) => {
  if (request.url === '/login') return sends(200, HTML, LOGIN_PAGE)(request, response)
  response.writeHead(302, { location: '/login' }).end()
}

/** Two URLs that redirect to each other. */
const inCircles: Script = ({ url }, response) =>
  void response.writeHead(307, { location: url === '/b' ? '/film.mkv' : '/b' }).end()

let number = 0
const onAndOn: Script = (_request, response) => {
  number += 1
  response.writeHead(301, { location: `/${number}` }).end()
}

describe('A server whose response is not that of a file', () => {
  it.each<[string, Script, RegExp]>([
    ['404', sends(404), /Cannot check .*: expected status 200; received status 404$/m],
    ['410', sends(410), /received status 410$/m],
    ['401', sends(401), /received status 401 \(send credentials with --header .*\)$/m],
    ['403', sends(403), /received status 403 \(send credentials with --header .*\)$/m],
    ['500', sends(500), /received status 500$/m],
    ['503 with Retry-After', sends(503, BUSY), /received status 503 with Retry-After: 0$/m],
    ['503 for a day', sends(503, { 'retry-after': '86400' }), /503 with Retry-After: 86400$/m],
    ['206 without a Range', sends(206), /received status 206$/m],
    ['204', sends(204), /received status 204$/m],
    ['302 without Location', sends(302), /received status 302 without Location$/m],
    ['a redirect to ftp:', sends(302, { location: 'ftp://a/f' }), /a redirect to "ftp:\/\/a\/f"$/m],
    ['a redirect loop', inCircles, /received a redirect loop at http:\S+\/film\.mkv$/m],
    ['redirects without end', onAndOn, /received 11 redirects$/m],
    ['a login page', sends(200, HTML, LOGIN_PAGE), /the file film\.mkv; received an HTML page/],
    ['a redirect to a login page', toLogin, /received an HTML page at the end of the redirects/],
  ])('of %s is exit code 2 and one line', async (_what, script, message) => {
    await using server = await ScriptedServer.start(script)
    expectOneLine(await check(`${server.url}/film.mkv`), message)
  })

  it('of a redirect of a path without extension to a login page is exit code 2', async () => {
    await using server = await ScriptedServer.start(toLogin)
    expectOneLine(await check(`${server.url}/stream`), /received the page of a login/)
  })

  it('is named without the credentials and the query of the URL', async () => {
    await using server = await ScriptedServer.start(sends(404))
    const url = `${server.url.replace('//', '//me:secret@')}/f?signature=secret`
    const { stderr, stdout } = await check(url)
    expect(stderr + stdout).not.toContain('secret')
    expect(stderr).toContain('/f?…')
  })

  it('is a JSON document with --json and an error of JUnit with --junit too', async () => {
    await using server = await ScriptedServer.start(sends(404))
    const json = await check(`${server.url}/f`, '--json')
    expect(json.code).toBe(2)
    expect(JSON.parse(json.stdout)).toEqual({
      url: `${server.url}/f`,
      error: { code: 'REFUSED', message: json.stderr.slice('lastbyte: '.length, -1) },
    })
    const junit = await check(`${server.url}/f`, '--junit', '-')
    expect(junit.stdout).toMatch(/errors="1".*<error message="Cannot check .* status 404"\/>/s)
  })
})

/** A listener that does something with each connection. */
async function listening(
  act: (socket: Socket) => void,
): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    act(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const garbage = (socket: Socket) => socket.on('data', () => socket.end('\x15\x03\x01\xff\x1b[2J'))

describe('A server without a response of HTTP', () => {
  it.each<[string, string, (socket: Socket) => void, RegExp]>([
    ['an SSH banner', 'http', (socket) => socket.write('SSH-2.0-a\r\n'), /sent no HTTP response/],
    ['garbage', 'http', garbage, /sent no HTTP response/],
    ['nothing', 'http', () => {}, /127\.0\.0\.1:\d+ sent no response within 1000 ms$/m],
    ['nothing over TLS', 'https', () => {}, /sent no response within 1000 ms$/m],
    ['an end', 'http', (socket) => socket.end(), /closed the connection without a response$/m],
    ['a reset', 'http', (socket) => socket.resetAndDestroy(), /Cannot reach 127\.0\.0\.1/],
    ['no TLS', 'https', garbage, /TLS failed: it speaks no TLS at this port$/m],
  ])('but with %s is exit code 2 and one line', async (_what, scheme, act, message) => {
    await using server = await listening(act)
    expectOneLine(await check(`${scheme}://127.0.0.1:${server.port}/f`), message)
  })

  it.each<[string, (socket: Socket) => void, RegExp]>([
    ['an SSH banner', (socket) => socket.write('SSH-2.0-a\r\n'), /sent no HTTP\/2 response/],
    [
      'HTTP/1.1 alone',
      (socket) => socket.end('HTTP/1.1 400 x\r\n\r\n'),
      /sent no HTTP\/2 response/,
    ],
    ['nothing', () => {}, /sent no response within 1000 ms$/m],
  ])('of version 2, but with %s, is exit code 2 and one line', async (_what, act, message) => {
    await using server = await listening(act)
    expectOneLine(await check(`http://127.0.0.1:${server.port}/f`, '--http2'), message)
  })

  it('and a host that refuses connections or is unknown are exit code 2 and one line', async () => {
    const refused = await listening(() => {})
    await refused[Symbol.asyncDispose]()
    const url = `http://127.0.0.1:${refused.port}/f`
    expectOneLine(await check(url), /it refuses connections/)
    expectOneLine(await check(url, '--http2'), /it refuses connections/)
    expectOneLine(await check('http://host.invalid/f'), /its host name is unknown/)
    expectOneLine(await check('http://host.invalid/f', '--http2'), /its host name is unknown/)
  })

  it('because its certificate is not trusted is exit code 2, and the line names --insecure', async () => {
    const server = createHttps(tls, (_request, response) => response.end('x')).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expectOneLine(await check(`https://127.0.0.1:${port}/f`), /TLS failed: .*--insecure/)
    expectOneLine(await check(`http://127.0.0.1:${port}/f`), /closed the connection without/)
    const noHttp2 = await check(`https://127.0.0.1:${port}/f`, '--http2', '-k')
    expectOneLine(noHttp2, /it does not offer HTTP\/2/)
    server.closeAllConnections()
    server.close()
  })
})

describe('A server whose response has no end', () => {
  it('and no length ends at the bound, with no level and exit code 1', async () => {
    const endless: Script = (_request, response) => {
      response.writeHead(200, { 'content-type': 'video/x-matroska' })
      const more = () => {
        // A response that is destroyed accepts everything.
        if (!response.destroyed && response.write(Buffer.alloc(65_536))) setImmediate(more)
      }
      response.on('drain', more)
      more()
    }
    await using server = await ScriptedServer.start(endless)
    const { code, stdout, stderr } = await check(`${server.url}/live`, '--bytes', '1M', '--json')
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const { level, size, cost } = JSON.parse(stdout)
    expect({ level, size }).toEqual({ level: 'none', size: null })
    expect(cost.bytes).toBeLessThanOrEqual(1024 * 1024)
  })

  it('but stays silent behind the header section does not hold the run up', async () => {
    const silent = 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'
    await using origin = await RawOrigin.start((_request, socket) => void socket.write(silent))
    const args = [`${origin.url}/film.mkv`, '--timeout', '100ms', '--json'] as const
    const { code, stdout } = await runInProcess(['check', ...args])
    expect(code).not.toBe(0)
    expect(JSON.parse(stdout).level).toBe('none')
    expect(origin.requests.length).toBeLessThan(10)
  })
})

describe('An empty file', () => {
  it('has no level, and fails nothing', async () => {
    await using server = await ScriptedServer.start(sends(200, { 'content-length': '0' }, ''))
    const { code, stdout } = await check(`${server.url}/film.mkv`, '--only', 'ranges')
    expect(stdout).toMatch(/^Level: not determined/m)
    expect(code).toBe(0)
  })
})
