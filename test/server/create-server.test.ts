import { describe, expect, it } from 'vitest'
import { serverWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

const LONG = 'a'.repeat(9_000)

describe('The server of lastbyte serve', () => {
  it.each<[string, string, string, Record<string, string>, number]>([
    ['an absent file', 'GET', '/nope', {}, 404],
    ['a dotfile', 'GET', '/.env', {}, 404],
    ['an encoded dot segment', 'GET', '/%2e%2e/x', {}, 400],
    ['a dot segment', 'GET', '/../etc/passwd', {}, 400],
    ['an encoded slash', 'GET', '/dir%2ffile', {}, 400],
    ['a backslash', 'GET', '/dir%5cfile', {}, 400],
    ['a NUL', 'GET', '/dir%00', {}, 400],
    ['a percent sign alone', 'GET', '/100%', {}, 400],
    ['bytes that are not UTF-8', 'GET', '/%ff', {}, 400],
    ['a folder without an index', 'GET', '/dir/', {}, 404],
    ['a folder behind a file', 'GET', '/dir/file/', {}, 404],
    ['empty segments', 'GET', '//dir/file', {}, 404],
    ['POST', 'POST', '/dir/file', { 'Content-Length': '0' }, 405],
    ['PUT with a body', 'PUT', '/dir/file', { 'Content-Length': '5', 'Content-Type': 'x/y' }, 405],
    ['DELETE', 'DELETE', '/dir/file', {}, 405],
    ['PROPFIND', 'PROPFIND', '/dir/file', {}, 405],
    ['a target of 9 KB', 'GET', `/${LONG}`, {}, 414],
    ['a target of 64 KiB', 'GET', `/${'a'.repeat(65_536)}`, {}, 414],
    ['fields of 18 KB', 'GET', '/dir/file', { A: LONG, B: LONG }, 431],
    ['a field of 64 KiB', 'GET', '/dir/file', { A: 'a'.repeat(65_536) }, 431],
    ['a condition that fails', 'GET', '/dir/file', { 'If-Match': '"x"' }, 412],
    ['an unsatisfiable range', 'GET', '/dir/file', { Range: 'bytes=9-' }, 416],
  ])('responds to %s with problem details', async (_what, method, path, fields, status) => {
    using folder = new Folder({ 'dir/file': 'file', '.env': 'secret' })
    await using served = await serverWith({ root: folder.path })
    using client = new RawClient(served.port)
    client.request(path, fields, method)
    const response = await client.response()
    expect(response.status).toBe(status)
    expect(response.fields['content-type']).toBe('application/problem+json')
    const problem = JSON.parse(response.body.toString())
    expect(problem).toMatchObject({ type: 'about:blank', status })
    if (status === 405) expect(response.fields.allow).toBe('GET, HEAD, OPTIONS')
    if (status === 416) expect(response.fields['content-range']).toBe('bytes */4')
  })

  it('responds 403 to a dotfile with dotfiles: deny', async () => {
    using folder = new Folder({ '.env': 'secret' })
    await using served = await serverWith({ root: folder.path, dotfiles: 'deny' })
    const response = await fetch(`${served.url}/.env`)
    expect(response.status).toBe(403)
    expect(await response.text()).not.toMatch(/secret/)
  })

  it('responds 500 without the message of a hook that throws', async () => {
    using folder = new Folder({ file: 'file' })
    const setHeaders = () => {
      throw new Error('inner words')
    }
    await using served = await serverWith({ root: folder.path, setHeaders })
    const response = await fetch(`${served.url}/file`)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toMatch(/inner words/)
    expect(JSON.stringify(served.log)).toMatch(/inner words/)
  })

  it('responds 400 to a request that is not HTTP, and closes the connection', async () => {
    using folder = new Folder()
    await using served = await serverWith({ root: folder.path })
    using client = new RawClient(served.port)
    client.socket.write('this is no request\r\n\r\n')
    const response = await client.closed()
    expect(response).toMatchObject({ status: 400, ended: 'fin' })
  })

  it('writes no byte into a body when malformed bytes follow its request', async () => {
    using folder = new Folder({ file: pattern(8_000_000) })
    await using served = await serverWith({ root: folder.path })
    using client = new RawClient(served.port)
    client.request('/file')
    await client.until(1000)
    client.socket.write('this is no request\r\n\r\n')
    const { body } = await client.closed()
    expect(body.equals(pattern(8_000_000).subarray(0, body.length))).toBe(true)
  })

  it.each([
    ['a small file', 10],
    ['a large one', 3_000_000],
  ])(
    'sends %s completely, though more bytes follow the last request of the connection',
    async (_what, size) => {
      using folder = new Folder({ file: pattern(size) })
      await using served = await serverWith({ root: folder.path })
      for (const _ of [1, 2]) {
        using client = new RawClient(served.port)
        const last = 'GET /file HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'
        client.socket.write(`${last}GET /file HTTP/1.1\r\nhost: a\r\n\r\n`)
        const { status, body, ended } = await client.closed()
        expect([status, ended]).toEqual([200, 'fin'])
        expect(body.equals(pattern(size))).toBe(true)
      }
    },
  )
})

describe('The server of lastbyte serve', () => {
  it('responds to OPTIONS with 204 and the allowed methods', async () => {
    using folder = new Folder({ file: 'file' })
    await using served = await serverWith({ root: folder.path })
    const response = await fetch(`${served.url}/file`, { method: 'OPTIONS' })
    expect(response.status).toBe(204)
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  })

  it('sends CORS fields that permit an origin to read the fields of a player, and to send Range', async () => {
    using folder = new Folder({ file: 'file' })
    await using served = await serverWith(
      { root: folder.path },
      { corsOrigin: 'https://play.example' },
    )
    const origin = { Origin: 'https://play.example' }
    const response = await fetch(`${served.url}/file`, { headers: origin })
    expect(response.headers.get('access-control-allow-origin')).toBe('https://play.example')
    const exposed = response.headers.get('access-control-expose-headers')
    for (const name of [
      'ETag',
      'Content-Range',
      'Accept-Ranges',
      'Content-Length',
      'Repr-Digest',
    ]) {
      expect(exposed).toContain(name)
    }
    const preflight = await fetch(`${served.url}/file`, {
      method: 'OPTIONS',
      headers: {
        ...origin,
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'range',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toBe('range')
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, HEAD')
    expect(preflight.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  })

  it('sends no CORS field without --cors', async () => {
    using folder = new Folder({ file: 'file' })
    await using served = await serverWith({ root: folder.path })
    const response = await fetch(`${served.url}/file`, { headers: { Origin: 'https://x.example' } })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('The log of the server', () => {
  it('has one line with path, status, bytes and outcome for each transfer', async () => {
    using folder = new Folder({ 'a b.bin': pattern(1000) })
    await using served = await serverWith({ root: folder.path })
    await fetch(`${served.url}/a%20b.bin?query=1`, { headers: { Range: 'bytes=10-19' } }).then(
      (r) => r.arrayBuffer(),
    )
    await served.settled()
    const lines = served.log.filter(({ msg }) => msg === 'transfer')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      method: 'GET',
      path: '/a%20b.bin',
      status: 206,
      range: 'bytes=10-19',
      bytes: 10,
      outcome: 'complete',
      ms: expect.any(Number),
    })
  })

  it('has one line for each request with an error status', async () => {
    using folder = new Folder()
    await using served = await serverWith({ root: folder.path })
    await fetch(`${served.url}/nope`)
    const refused = served.log.filter(({ msg }) => msg === 'refused')
    expect(refused).toEqual([expect.objectContaining({ path: '/nope', status: 404 })])
  })
})
