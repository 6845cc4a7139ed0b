import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import tap from 'tap'
import { Folder, pattern } from '../fixture/files.js'
import { needs, RunningProcess, run, Server } from '../fixture/process.js'
import { RawClient } from '../fixture/raw-http.js'
import { until } from '../fixture/until.js'

const MAIN = resolve('dist/cli/main.js')

tap.test('lastbyte serve serves and lists a folder, and logs its address', async (t) => {
  using folder = new Folder({ 'a.txt': 'hello' })
  await using server = await Server.start([folder.path, '--list'])
  t.equal(await (await fetch(`${server.url}/a.txt`)).text(), 'hello')
  t.match(await (await fetch(server.url)).text(), /a\.txt/)
  t.equal((await fetch(`${server.url}/-/readyz`)).status, 200)
})

tap.test(
  'lastbyte ./folder serves it, and names its address on stderr beside the log in JSON',
  async (t) => {
    using folder = new Folder({ 'films/a.txt': 'hello' })
    await using server = new RunningProcess(process.execPath, [MAIN, './films', '--port', '0'], {
      cwd: folder.path,
    })
    const [, url] = await server.waitForOutput(/Server listening at (http:\/\/127\.0\.0\.1:\d+)/)
    t.equal(await (await fetch(`${url}/a.txt`)).text(), 'hello')
    await until(() => server.stderr.includes('--host'))
    t.equal(
      server.stderr,
      `  On this computer: ${url}/\n` +
        '  Only this computer can reach it. To open it to your network: --host 0.0.0.0\n',
    )
    for (const line of server.stdout.trim().split('\n')) t.type(JSON.parse(line), 'object')
    server.child.kill('SIGTERM')
    t.equal((await server.exit).code, 0)
  },
)

tap.test('several workers name their addresses once', async (t) => {
  using folder = new Folder({ 'a.txt': 'hello' })
  const args = [MAIN, folder.path, '--port', '0', '--workers', '2', '--host', '0.0.0.0']
  await using server = new RunningProcess(process.execPath, args)
  const [, port] = await server.waitForOutput(/"port":(\d+),"msg":"all workers listen"/)
  await until(() => server.stderr.endsWith('\n'))
  const [first, ...others] = server.stderr.trimEnd().split('\n')
  t.equal(first, `  On this computer: http://127.0.0.1:${port}/`)
  for (const line of others) t.match(line, new RegExp(`^ {2}[ \\w]*:? +http://[\\d.]+:${port}/$`))
  server.child.kill('SIGTERM')
  t.equal((await server.exit).code, 0)
})

tap.test(
  'a terminal gets a QR code where the network reaches the server, unless --no-qr is set',
  needs('script'),
  async (t) => {
    using folder = new Folder({ 'a.txt': 'hello' })
    const start = async (...flags: string[]) => {
      const command = [process.execPath, MAIN, folder.path, '--port', '0', ...flags].join(' ')
      await using terminal = new RunningProcess('script', ['-qec', command, '/dev/null'], {
        env: { ...process.env, TERM: 'xterm', NO_COLOR: '' },
      })
      // The announcement is one write.
      await until(() => /On this computer: [^\n]*\n[^\n]+\n/.test(terminal.stdout))
      const reached = /On your network: +http/.test(terminal.stdout)
      // The addresses of the log would be printed above and below the code.
      t.notMatch(terminal.stdout, /Server listening/)
      return { reached, hasCode: terminal.stdout.includes('\u001b[38;5;16;48;5;231m') }
    }
    const open = await start('--host', '0.0.0.0')
    t.equal(open.hasCode, open.reached)
    t.equal((await start('--host', '0.0.0.0', '--no-qr')).hasCode, false)
    t.equal((await start('--host', '127.0.0.1')).hasCode, false)
  },
)

tap.test('a misspelt command is suggested, and a URL is told to belong to get', async (t) => {
  const misspelt = await run(process.execPath, [MAIN, 'serv'])
  t.match(misspelt, {
    code: 2,
    stdout: '',
    stderr: /unknown command 'serv'\n\(Did you mean serve\?\)/,
  })
  const url = await run(process.execPath, [MAIN, 'http://127.0.0.1/f'])
  t.match(url, { code: 2, stdout: '', stderr: /^lastbyte: arguments: .*lastbyte get URL/ })
})

tap.test('npm start serves media/ with the flags after --', async (t) => {
  await using server = new RunningProcess('npm', ['start', '--', '--port', '0'], {
    cwd: resolve('.'),
  })
  const [, url] = await server.waitForOutput(/Server listening at (http:\/\/127\.0\.0\.1:\d+)/)
  t.match(await (await fetch(`${url}`)).text(), /clip\.mp4/)
  const pid = Number(/"pid":(\d+)/.exec(server.stdout)?.[1])
  process.kill(pid, 'SIGTERM')
  await server.exit
})

tap.test('a flag overrides the environment, and the environment overrides .env', async (t) => {
  using folder = new Folder({ '.env': 'LOG_LEVEL=silent\nMAX_AGE=1h\n', 'served/f': 'x' })
  const env = {
    ...process.env,
    PORT: '0',
    MEDIA_ROOT: '/nonexistent',
    LOG_LEVEL: 'info',
    MAX_AGE: '',
  }
  await using server = new RunningProcess(process.execPath, [MAIN, 'serve', 'served'], {
    cwd: folder.path,
    env,
  })
  const [, url] = await server.waitForOutput(/Server listening at (http:\S+:\d+)/)
  const response = await fetch(`${url}/f`)
  t.equal(response.headers.get('cache-control'), 'public, max-age=3600')
})

tap.test(
  'a usage error of lastbyte serve is one line on stderr that names the setting, and exit code 2',
  async (t) => {
    using folder = new Folder({ file: 'x', 'bad.pem': 'no pem' })
    const busy = net.createServer().listen(0, '127.0.0.1')
    await once(busy, 'listening')
    const { port } = busy.address() as AddressInfo
    const cases: [string[], RegExp][] = [
      [
        ['/nonexistent'],
        /^lastbyte: DIR: expected a folder that can be read; received "\/nonexistent"/,
      ],
      [[folder.at('file')], /DIR: expected a folder that can be read/],
      [[folder.path, '--port', 'x'], /--port: expected a port from 0 to 65535; received "x"/],
      [
        [folder.path, '--port', String(port)],
        new RegExp(`--port: expected a free port; ${port} on 127.0.0.1 is in use`),
      ],
      [[folder.path, '--host', '192.0.2.1'], /--host: expected an address of this machine/],
      [[folder.path, '--tls-cert', folder.at('bad.pem')], /--tls-key: expected/],
      [[folder.path, '--tls-key', folder.at('bad.pem')], /--tls-cert: expected/],
      [
        [folder.path, '--tls-cert', folder.at('none'), '--tls-key', folder.at('none')],
        /--tls-cert: expected a file in PEM that can be read/,
      ],
      [
        [folder.path, '--tls-cert', folder.at('bad.pem'), '--tls-key', folder.at('bad.pem')],
        /--tls-cert: expected a certificate/,
      ],
      [[folder.path, '--stall-timeout', 'soon'], /--stall-timeout: expected a time/],
      [[folder.path, '--colour'], /unknown option '--colour'/],
    ]
    for (const [args, message] of cases) {
      const { code, stderr, stdout } = await run(process.execPath, [MAIN, 'serve', ...args])
      t.equal(code, 2, args.join(' '))
      t.match(stderr, message)
      t.equal(stderr.trim().split('\n').length, 1, 'one line')
      t.equal(stdout, '')
    }
    busy.close()
  },
)

tap.test('--help and --version print to stdout with exit code 0', async (t) => {
  const help = await run(process.execPath, [MAIN, 'serve', '--help'])
  t.equal(help.code, 0)
  t.match(help.stdout, /--stall-timeout <time>/)
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  t.match(await run(process.execPath, [MAIN, '--version']), { code: 0, stdout: `${version}\n` })
})

tap.test(
  'at SIGTERM transfers may finish within the grace, then are cut, and the exit code is 0',
  async (t) => {
    using folder = new Folder({ f: pattern(64_000_000), small: pattern(9_000_000) })
    await using server = await Server.start([folder.path, '--shutdown-grace', '700ms'])
    using small = new RawClient(server.port)
    using stuck = new RawClient(server.port)
    small.request('/small')
    stuck.request('/f')
    await Promise.all([small.until(1000), stuck.until(1000)])
    stuck.socket.pause()
    server.child.kill('SIGTERM')
    const { body } = await small.closed()
    t.ok(body.equals(pattern(9_000_000)))
    const { code } = await server.exit
    t.equal(code, 0)
    t.same(
      new Map(server.transfers.map(({ path, outcome }) => [path, outcome])),
      new Map([
        ['/small', 'complete'],
        ['/f', 'shutdown'],
      ]),
    )
  },
)

tap.test('cached descriptors are closed when the process runs out of descriptors', async (t) => {
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, nth) => [`f${nth}`, `${nth}`]))
  using folder = new Folder(files)
  // To load the modules takes up to a hundred at once.
  const script = `ulimit -n 200; exec ${process.execPath} ${MAIN} serve ${folder.path} --port 0`
  await using server = new RunningProcess('bash', ['-c', script])
  const [, url] = await server.waitForOutput(/Server listening at (http:\S+:\d+)/)
  for (const [name, content] of Object.entries(files)) {
    const response = await fetch(`${url}/${name}`)
    if (response.status !== 200 || (await response.text()) !== content)
      t.fail(`${name}: ${response.status}`)
  }
  t.pass('all of them were served')
})

tap.test('a second signal ends the command at once with exit code 1', async (t) => {
  using folder = new Folder({ f: pattern(64_000_000) })
  await using server = await Server.start([folder.path, '--shutdown-grace', '1h'])
  using stuck = new RawClient(server.port)
  stuck.request('/f')
  await stuck.until(1000)
  stuck.socket.pause()
  server.child.kill('SIGINT')
  await server.waitForOutput(/"msg":"stopping"/)
  server.child.kill('SIGINT')
  t.equal((await server.exit).code, 1)
})

tap.test('npm pack contains the built code with its types, and no tests', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'lastbyte-pack-'))
  const packed = await run('npm', [
    'pack',
    '--ignore-scripts',
    '--json',
    '--pack-destination',
    home,
  ])
  t.equal(packed.code, 0, packed.stderr)
  const [{ files }] = JSON.parse(packed.stdout)
  const names = files.map(({ path }: { path: string }) => path)
  for (const name of [
    'dist/index.js',
    'dist/index.d.ts',
    'dist/cli/main.cjs',
    'dist/cli/main.js',
    'dist/pages/built/player.js',
    'LICENSE',
  ]) {
    t.ok(names.includes(name), name)
  }
  t.notOk(names.some((name: string) => name.startsWith('test/')))
})

tap.test('the program of the package starts get without the loader of ES modules', async (t) => {
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8'))
  using folder = new Folder({
    'empty.cjs': '',
    'hook.cjs': `process.on('exit', () => {
      process.stderr.write(JSON.stringify(process.moduleLoadList))
    })`,
  })
  const start = async (...args: string[]) => {
    const command = ['NODE_OPTIONS=', process.execPath, '--require', folder.at('hook.cjs')]
    const { code, stdout, stderr } = await run('env', [...command, ...args])
    t.equal(code, 0, stderr)
    return { stdout, loaded: JSON.parse(stderr) as string[] }
  }
  const empty = await start(folder.at('empty.cjs'))
  const help = await start(resolve(bin.lastbyte), 'get', '--help')
  t.match(help.stdout, /^Usage: lastbyte get/)
  // Newer versions of Node have the modules of the loader in every process.
  t.match(bin.lastbyte, /\.cjs$/)
  const more = help.loaded.filter((name) => !empty.loaded.includes(name))
  t.same(
    more.filter((name) =>
      /internal\/modules\/esm\/(load|module_job|resolve|translators)$/.test(name),
    ),
    [],
  )
})

tap.test('--print-capabilities prints what this machine supports', async (t) => {
  const print = (env: NodeJS.ProcessEnv) => {
    const args = [MAIN, 'serve', '--print-capabilities']
    return new RunningProcess(process.execPath, args, { env: { ...process.env, ...env } }).exit
  }
  const on = await print({ LASTBYTE_ZERO_COPY: '' })
  t.equal(on.code, 0)
  t.match(on.stdout, new RegExp(`^node: v.*\nplatform: ${process.platform} ${process.arch}\n`))
  const isHere = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
  t.match(
    on.stdout,
    isHere ? /\nzero-copy: on \(zero-copy-linux-/ : /\nzero-copy: off: there is no/,
  )
  const off = await print({ LASTBYTE_ZERO_COPY: 'off' })
  t.match(off.stdout, /\nzero-copy: off: LASTBYTE_ZERO_COPY is off\n/)
})

tap.test('an unknown value of LASTBYTE_ZERO_COPY is a usage error', async (t) => {
  const env = { ...process.env, PORT: '0', LASTBYTE_ZERO_COPY: 'perhaps' }
  const { code, stderr } = await new RunningProcess(process.execPath, [MAIN, 'serve'], { env }).exit
  t.equal(code, 2)
  t.match(
    stderr,
    /^lastbyte: LASTBYTE_ZERO_COPY: expected one of auto, on, always, off; received "perhaps"\n$/,
  )
})
