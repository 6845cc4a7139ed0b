import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Folder } from '../fixture/files.js'
import { runInProcess as run } from '../fixture/run-in-process.js'
import { ScriptedServer } from '../fixture/scripted-server.js'

/** A usage error: exit code 2, and one line on stderr that is no stack trace. */
async function expectRefusal(args: readonly string[], message: RegExp): Promise<void> {
  const { code, stdout, stderr } = await run(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(message)
  expect(stderr).toMatch(/^[^\n]+\n$/)
  expect(stderr).not.toMatch(/^\s+at /m)
}

describe('a usage error is exit code 2 and one line on stderr', () => {
  const home = process.cwd()
  let folder: Folder
  beforeEach(() => {
    folder = new Folder({ file: 'x', 'bad.pem': 'no pem', 'a/f': 'x', 's.json': '{' })
    process.chdir(folder.path)
  })
  afterEach(() => {
    process.chdir(home)
    folder[Symbol.dispose]()
  })

  const NAME = /^lastbyte: URL: expected a path that ends in a file name; give one with -o/
  const HTTP = /^lastbyte: URL: expected http:\/\/… or https:\/\/…; received/

  it.each<[string, RegExp]>([
    ['http://127.0.0.1:1/%zz', /^lastbyte: URL: expected percent-encoded UTF-8 as the file name/],
    ['http://127.0.0.1:1/%ff', /URL: expected percent-encoded UTF-8/],
    ['http://127.0.0.1:1/f%', /URL: expected percent-encoded UTF-8/],
    ['http://me:50%@127.0.0.1:1/f', /^lastbyte: \w+: expected .*percent-encoded/],
    ['http://me:secret@127.0.0.1:1/%zz', /received "http:\/\/\*\*\*@127\.0\.0\.1:1\/%zz"$/m],
    ['ftp://127.0.0.1/f', HTTP],
    ['file:///etc/passwd', HTTP],
    ['nonsense', HTTP],
    ['//127.0.0.1/f', HTTP],
    ['', HTTP],
    ['http://', HTTP],
    ['http:///', HTTP],
    ['http://a b/f', HTTP],
    ['http://%/f', HTTP],
    ['http://[::1/f', HTTP],
    ['http://127.0.0.1:99999/f', HTTP],
    ['nonsense\nat line 2', HTTP],
    ['http://127.0.0.1:1', NAME],
    ['http://127.0.0.1:1/', NAME],
    ['http://127.0.0.1:1/.', NAME],
    ['http://127.0.0.1:1/a/..', NAME],
    ['http://127.0.0.1:1/%2e%2e', NAME],
    ['http://127.0.0.1:1/a%2f..', NAME],
    ['http://127.0.0.1:1/..%2f', NAME],
    ['http://127.0.0.1:1/%2f%2f', NAME],
    ['http://127.0.0.1:1/%5c', NAME],
    ['http://127.0.0.1:1/%00', NAME],
    ['http://127.0.0.1:1/a%0ab', NAME],
    ['http://127.0.0.1:1/%1b%5b31m', NAME],
    [`http://127.0.0.1:1/${'a'.repeat(300)}`, /^lastbyte: -o: .* received one of 300 bytes$/m],
    [`http://127.0.0.1:1/${'%C3%A9'.repeat(128)}`, /^lastbyte: -o: .* received one of 256 bytes$/m],
  ])('get %j', (url, message) => expectRefusal(['get', url], message))

  const URL_OF_F = 'http://127.0.0.1:1/f'

  it.each<[string[], RegExp]>([
    [['-H', 'no colon'], /^lastbyte: --header: expected 'Name: value'/],
    [['-H', 'a b: c'], /--header: expected 'Name: value'/],
    [['-H', ': c'], /--header: expected 'Name: value'/],
    [['-H', 'x: a\nb: c'], /--header: expected 'Name: value'/],
    [['-H', 'x: €'], /--header: expected printable characters up to U\+00FF as the value of x/],
    [['-H', 'x: a\u0001b'], /--header: expected printable characters/],
    [['-H', 'x: a\0b'], /--header: expected printable characters/],
    [['-H', 'Trailer: x'], /--header: expected no field that frames a body/],
    [['-H', 'Transfer-Encoding: chunked'], /received Transfer-Encoding/],
    [['-H', 'content-length: 5'], /received content-length/],
    [['-c', '0'], /--connections: expected a number from 1 to 16; received "0"/],
    [['-c', '17'], /--connections: expected/],
    [['-c', '1.5'], /--connections: expected/],
    [['-c', '0x2'], /--connections: expected/],
    [['-c', ''], /--connections: expected/],
    [['-c', '2', '-o', '-'], /--connections: expected 1 when the bytes go to stdout/],
    [['--stall', '5'], /--stall: expected a time such as 500ms, 30s or 10m/],
    [['--stall', '0ms'], /--stall: expected a time/],
    [['--stall', '99999999999d'], /--stall: expected a time/],
    [['--stall', '-5s'], /--stall: expected a time/],
    [['--retry-for', 'long'], /--retry-for: expected a time/],
    [['--retry-for', '99999999999d'], /--retry-for: expected a time/],
    [['--limit-rate', '0'], /--limit-rate: expected bytes per second/],
    [['--limit-rate', '5m'], /--limit-rate: expected bytes per second/],
    [['--checksum', 'md5:00'], /--checksum: expected sha-256:HEX or sha-512:HEX/],
    [['--checksum', 'sha-256:zz'], /--checksum: expected/],
    [['-o', ''], /-o: expected a file, or - for stdout; received ""/],
    [['-o', 'a\0b'], /-o: expected a file/],
    [['-o', 'a'.repeat(300)], /-o: .* received one of 300 bytes/],
    [['-o', 'f', URL_OF_F], /-o: expected one URL; received 2/],
    [['http://127.0.0.1:1/x/f'], /URL: expected file names that differ; two are f/],
    [['-o'], /^error: option '-o, --output <file>' argument missing/],
    [['--bogus'], /^error: unknown option '--bogus'/],
  ])('get http://127.0.0.1:1/f %j', (args, message) =>
    expectRefusal(['get', URL_OF_F, ...args], message),
  )

  it.each<[string[], RegExp]>([
    [['nowhere'], /^lastbyte: DIR: /],
    [['file'], /DIR: /],
    [[''], /DIR: expected a readable directory, or s3:\/\/bucket\/prefix; received ""/],
    [['a', 'b'], /^error: too many arguments/],
    [['a', '--port', 'x'], /--port: expected a port from 0 to 65535; received "x"/],
    [['a', '--port', '65536'], /--port: expected a port/],
    [['a', '--port', '0', '--host', '192.0.2.1'], /--host: expected an address of this machine/],
    [['a', '--port', '0', '--host', 'no such host'], /^lastbyte: --host: /],
    [['a', '--tls-cert', 'bad.pem'], /--tls-key: expected the key of the certificate/],
    [['a', '--tls-key', 'bad.pem'], /--tls-cert: expected the certificate of the key/],
    [['a', '--tls-cert', 'bad.pem', '--tls-key', 'bad.pem'], /--tls-cert: expected a certificate/],
    [['a', '--tls-cert', 'bad.pem', '--tls-key', 'none'], /--tls-key: expected a file .*ENOENT/],
    [['a', '--tls-cert', 'bad.pem', '--tls-key', 'a'], /--tls-key: expected a file .*EISDIR/],
    [['a', '--tls-cert', 'bad\n.pem', '--tls-key', 'a'], /--tls-cert: expected a file .*ENOENT/],
    [['a', '--stall-timeout', 'soon'], /--stall-timeout: expected a time/],
    [['a', '--stall-timeout', '0s'], /--stall-timeout: expected a time/],
    [['a', '--shutdown-grace', '99999999999d'], /--shutdown-grace: expected a time/],
    [['a', '--max-age', '-1s'], /--max-age: expected a time/],
    [['a', '--digest-limit', 'much'], /--digest-limit: expected a number of bytes/],
    [['a', '--log-level', 'loud'], /--log-level: expected one of/],
    [['a', '--dotfiles', 'show'], /--dotfiles: expected one of/],
    [['a', '--etag', 'weak'], /--etag: expected one of/],
    [['a', '--digest', 'always'], /--digest: expected one of/],
    [['a', '--cors', 'notanorigin'], /--cors: expected an origin/],
    [['a', '--workers', '0'], /--workers: expected a number of processes/],
    [['a', '--workers', '2', '--faults'], /--workers: expected 1 with faults/],
    [['a', '--fault-scenario', 's.json'], /--fault-scenario: expected --faults as well/],
    [['a', '--faults', '--fault-scenario', 's.json'], /--fault-scenario: expected a file that can/],
    [['a', '--faults', '--fault-scenario', 'none'], /--fault-scenario: .*ENOENT/],
    [['a', '--faults', '--fault-scenario', 'a'], /--fault-scenario: .*EISDIR/],
    [['a', '--faults', '--fault-seed', 'x'], /--fault-seed: expected a whole number/],
    [['a', '--faults', '--fault-seed', '4294967296'], /^lastbyte: seed: /],
    [['s3:///prefix'], /DIR: expected s3:\/\/bucket/],
    [['s3://b', '--endpoint', 'here'], /--endpoint: expected a URL/],
    [['s3://b', '--endpoint', 'http://['], /--endpoint: expected a URL/],
    [['s3://b', '--region', 'a b'], /--region: expected a name/],
    [['a', '--colour'], /^error: unknown option '--colour'/],
    [['a', '--port'], /^error: option '--port <number>' argument missing/],
    [['a', '--redirects', 'http://b'], /^error: unknown option '--redirects'/],
  ])('serve %j', (args, message) => expectRefusal(['serve', ...args], message))

  it('serve on a port that is in use', async () => {
    const server = net.createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await expectRefusal(
      ['serve', 'a', '--port', String(port)],
      new RegExp(
        `^lastbyte: --port: expected a free port; ${port} on 127\\.0\\.0\\.1 is in use \\(0 takes any that is free\\)\n$`,
      ),
    )
    server.close()
  })

  it('serve with a .env that is a folder', async () => {
    folder.write('.env/x', '')
    await expectRefusal(
      ['serve', 'a'],
      /^lastbyte: \.env: expected a file that can be read: EISDIR/,
    )
  })

  it.each<[string[], RegExp]>([
    [[], /^error: missing required argument 'origin'/],
    [[''], /^lastbyte: origin: expected a URL such as https:\/\/origin\.example\/files/],
    [['nowhere'], /origin: expected a URL/],
    [['ftp://a'], /origin: expected a URL/],
    [['http://'], /origin: expected a URL/],
    [['http://a/?q=1'], /^lastbyte: origin: /],
    [['http://me:50%@a'], /^lastbyte: origin: /],
    [['http://a', '--redirects', 'b'], /^lastbyte: --redirects: /],
    [['http://a', '--read-ahead', 'much'], /--read-ahead: expected a number of bytes/],
    [['http://a', '--retry-for', 'long'], /--retry-for: expected a time/],
    [['http://a', '--verify', 'maybe'], /--verify: expected one of/],
    [['http://a', '--port', 'x'], /--port: expected a port/],
    [['http://a', '--endpoint', 'http://b'], /^error: unknown option '--endpoint'/],
  ])('proxy %j', (args, message) => expectRefusal(['proxy', ...args], message))

  it.each<[string[], RegExp]>([
    [[], /^lastbyte: URL: expected one, or --list; received none\n$/],
    [['nonsense'], /^lastbyte: url: expected an absolute URL such as https/],
    [['ftp://127.0.0.1/f'], /^lastbyte: url: expected a URL with http: or https:/],
    [['http://127.0.0.1:0/f'], /^lastbyte: url: expected a port from 1 to 65535/],
    [['http://me:50%@127.0.0.1:1/f'], /^lastbyte: url: .*percent-encoded/],
    [['http://127.0.0.1:1/f', 'more'], /^error: too many arguments/],
    [['http://127.0.0.1:1/f', '--only', 'ranges,nonsense'], /^lastbyte: --only: .*"nonsense"/],
    [['http://127.0.0.1:1/f', '--only', ''], /^lastbyte: --only: expected groups and ids/],
    [['http://127.0.0.1:1/f', '-H', 'no colon'], /^lastbyte: --header: expected 'Name: value'/],
    [['http://127.0.0.1:1/f', '-H', 'Range: bytes=0-'], /--header: expected no field that the/],
    [['http://127.0.0.1:1/f', '-H', 'if-match: *'], /--header: expected no field that the checks/],
    [['http://127.0.0.1:1/f', '-H', 'TE: trailers'], /--header: expected no field that controls/],
    [['http://127.0.0.1:1/f', '--bytes', '5'], /^lastbyte: --bytes: expected a number of bytes/],
    [['http://127.0.0.1:1/f', '--bytes', '4MB'], /^lastbyte: --bytes: expected/],
    [['http://127.0.0.1:1/f', '--requests', '0'], /^lastbyte: --requests: expected a whole number/],
    [['http://127.0.0.1:1/f', '--timeout', '5'], /^lastbyte: --timeout: expected a time/],
    [
      ['http://127.0.0.1:1/f', '--json', '--markdown'],
      /^lastbyte: --markdown: expected one format/,
    ],
    [['http://127.0.0.1:1/f', '--json', '--junit', '-'], /^lastbyte: --junit -: expected one/],
    [['http://127.0.0.1:1/f', '--junit', ''], /^lastbyte: --junit: expected a file/],
    [['http://127.0.0.1:1/f', '--change', ' '], /^lastbyte: --change: expected a command/],
    [['http://127.0.0.1:1/f', '--change-file', 'none'], /^lastbyte: --change-file: .*ENOENT/],
    [['http://127.0.0.1:1/f', '--change', 'a', '--change-file', 'f'], /--change-file: .*one way/],
    [['--list', '--only', 'nonsense'], /^lastbyte: --only: expected a group/],
    [['--nonsense'], /^error: unknown option '--nonsense'/],
  ])('check %j', (args, message) => expectRefusal(['check', ...args], message))

  it('an unknown command', () => expectRefusal(['send'], /^error: unknown command 'send'/))

  it('no command prints the help', async () => {
    const { code, stderr } = await run([])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^Usage: lastbyte /)
  })
})

describe('other exits of the command', () => {
  it.each([
    ['--help'],
    ['serve', '--help'],
    ['proxy', '--help'],
    ['get', '--help'],
    ['check', '--help'],
  ])('%s %s prints the help to stdout with exit code 0', async (...args) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Usage: lastbyte /)
  })

  it('serve --print-capabilities prints what the machine supports, and starts no server', async () => {
    const { code, stdout } = await run(['serve', '--print-capabilities'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^node: v\d+.*\nplatform: \w+ \w+\nzero-copy: .*\nworkers: up to \d+/)
  })

  it('a download is exit code 0, and the file has the name in the URL', async () => {
    using folder = new Folder()
    const home = process.cwd()
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(200, { etag: '"a"', 'content-length': 5 }).end('hello')
    })
    process.chdir(folder.path)
    try {
      const { code, stderr } = await run(['get', `${server.url}/%zz/a%20b.txt?q#h`])
      expect(code).toBe(0)
      expect(stderr).toMatch(/^lastbyte: a b\.txt: complete, 5 bytes, 5 of them received/)
      expect(readFileSync(folder.at('a b.txt'), 'utf8')).toBe('hello')
    } finally {
      process.chdir(home)
    }
  })

  it('a status that a retry cannot fix is exit code 3, a lost server 7, both in one line', async () => {
    using folder = new Folder()
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(404).end()
    })
    const to = ['-o', folder.at('f')]
    const refused = await run(['get', `${server.url}/f`, ...to])
    expect(refused.code).toBe(3)
    expect(refused.stderr).toMatch(/^lastbyte: [^\n]*404[^\n]*\n$/)
    const lost = await run(['get', 'http://127.0.0.1:1/f', ...to, '--retry-for', '0ms'])
    expect(lost.code).toBe(7)
    expect(lost.stderr).toMatch(/^lastbyte: [^\n]*ECONNREFUSED[^\n]*\n$/)
  })

  it('a folder that does not exist is exit code 6, and a name that is a folder is a usage error', async () => {
    using folder = new Folder({ 'a/f': '' })
    await using server = await ScriptedServer.start((_request, response) => response.end('x'))
    for (const [to, expected] of [
      [folder.at('none/f'), 6],
      [folder.at('a'), 2],
    ] as const) {
      const { code, stderr } = await run(['get', `${server.url}/f`, '-o', to])
      expect(code).toBe(expected)
      expect(stderr).toMatch(/^lastbyte: [^\n]*\n$/)
    }
  })
})

describe('a message of the command', () => {
  it.each([
    ['an unknown option', ['get', '--\x1b[31m', 'http://127.0.0.1:1/f']],
    [
      'a file name',
      ['get', '-o', '/absent/\x1b\u202ef', 'http://127.0.0.1:1/f', '--retry-for', '0s'],
    ],
    ['an argument', ['serve', '/absent/\u009b2J\x1b']],
  ])('quotes %s without a character on which a terminal acts', async (_what, args) => {
    const { code, stderr } = await run(args)
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/\\u00(1b|9b)/)
    expect(stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
  })
})
