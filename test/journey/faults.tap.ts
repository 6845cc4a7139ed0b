import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import type { Readable } from 'node:stream'
import tap from 'tap'
import { Folder, pattern } from '../fixture/files.js'
import { needs, RunningProcess, run, Server } from '../fixture/process.js'

const SIZE = 6_000_000
const CONTENT = pattern(SIZE)

const arm = (server: Server, rule: object) =>
  run('curl', ['-sSf', '--json', JSON.stringify(rule), `${server.url}/-/faults`])

tap.test(
  'curl reports each kind of fault with the expected exit code and byte count',
  needs('curl'),
  async (t) => {
    using folder = new Folder({ f: CONTENT })
    using out = new Folder()
    await using server = await Server.start([folder.path, '--faults', '--fault-seed', '7'])
    await server.waitForOutput(/"seed":7.*"msg":"faults are on"/)
    const cases: [string, number, number | undefined][] = [
      ['truncate;at=1048576', 18, 1_048_576],
      ['chunked, truncate;at=1048576', 18, 1_048_576],
      ['connection-reset;at=1048576', 56, undefined],
      ['end-early;at=1048576', 0, 1_048_576],
      ['empty-response', 52, undefined],
      ['malformed-chunk;at=1048576', 56, undefined],
      ['garbage;at=1048576', 18, 1_049_600],
      ['corrupt;at=1048576', 0, SIZE],
      ['status;status=503', 22, undefined],
      ['source-error;at=1048576', 18, 1_048_576],
      ['stall;at=1048576', 28, 1_048_576],
    ]
    for (const [fault, code, bytes] of cases) {
      const args = [
        '-sSf',
        '-m',
        '3',
        '-H',
        `Lastbyte-Fault: ${fault}`,
        '-o',
        out.at('f'),
        `${server.url}/f`,
      ]
      t.equal((await run('curl', args)).code, code, `${fault}: exit code`)
      if (bytes !== undefined) t.equal(statSync(out.at('f')).size, bytes, `${fault}: bytes`)
    }
  },
)

tap.test(
  'wget resumes after each cut that was armed, and its file is complete',
  needs('curl', 'wget'),
  async (t) => {
    using folder = new Folder({ f: CONTENT })
    using out = new Folder()
    await using server = await Server.start([folder.path, '--faults', '--fault-access', 'local'])
    const at = [1_000_000, 1_000_001, 4_000_000]
    for (const each of at) {
      const rule = { match: { path: '/f' }, fault: { kind: 'truncate', at: each } }
      t.equal((await arm(server, rule)).code, 0)
    }
    const args = ['-q', '--tries=9', '--waitretry=0', '-O', out.at('f'), `${server.url}/f`]
    t.equal((await run('wget', args)).code, 0)
    t.ok(readFileSync(out.at('f')).equals(CONTENT))
    const { stdout } = await run('curl', ['-sSf', `${server.url}/-/faults/journal`])
    const injected = JSON.parse(stdout).entries.filter(
      ({ outcome }: { outcome: string }) => outcome === 'injected',
    )
    t.equal(injected.length, 3)
  },
)

tap.test(
  'a scenario from a file stalls a response, and SIGTERM does not wait for it',
  needs('curl'),
  async (t) => {
    const scenario = [{ match: { attempt: 1 }, fault: { kind: 'stall', at: 1000 } }]
    using folder = new Folder({ f: CONTENT, 's.json': JSON.stringify(scenario) })
    await using server = await Server.start([
      folder.path,
      '--faults',
      '--fault-access',
      'local',
      '--fault-scenario',
      folder.at('s.json'),
      '--shutdown-grace',
      '0ms',
    ])
    const stalled = run('curl', ['-sS', '-o', '/dev/null', `${server.url}/f`])
    const journal = async () =>
      (await run('curl', ['-sS', `${server.url}/-/faults/journal`])).stdout
    while (!/"outcome":"injected"/.test(await journal()));
    server.child.kill('SIGTERM')
    t.equal((await server.exit).code, 0)
    t.equal((await stalled).code, 18)
  },
)

tap.test(
  'without a token nobody may use /-/faults, and the curl line that --faults prints arms a rule',
  needs('curl'),
  async (t) => {
    await using server = await Server.start(['media', '--faults'])
    const refused = await fetch(`${server.url}/-/faults`)
    t.equal(refused.status, 401)
    t.equal(refused.headers.get('www-authenticate'), 'Bearer')
    t.equal((await fetch(`${server.url}/-/faults/journal`)).status, 401)
    while (!server.stderr.includes('curl')) await once(server.child.stderr as Readable, 'data')
    const [line = ''] = /curl .*/.exec(server.stderr) ?? []
    const armed = await run('sh', ['-c', `${line} -sSf`])
    t.match(JSON.parse(armed.stdout), { id: 'rule-1', times: 1 })
    t.equal((await run('curl', ['-sS', '-o', '/dev/null', `${server.url}/clip.mp4`])).code, 18)
  },
)

tap.test('--faults is refused in production, unless --faults-in-production is given', async (t) => {
  const start = (args: string[], env = {}) =>
    new RunningProcess(process.execPath, ['dist/cli/main.js', 'serve', 'media', ...args], {
      env: { ...process.env, PORT: '0', ...env },
    }).exit
  const production = await start(['--faults'], { NODE_ENV: 'production' })
  t.equal(production.code, 2)
  t.match(
    production.stderr,
    /^lastbyte: --faults: expected a NODE_ENV other than "production".*--faults-in-production/,
  )
  const scenario = await start(['--fault-scenario', 'package.json'])
  t.equal(scenario.code, 2)
  t.match(scenario.stderr, /--fault-scenario: expected --faults as well/)
  await using allowed = await Server.start(['media', '--faults', '--faults-in-production'], {
    NODE_ENV: 'production',
  })
  await allowed.waitForOutput(/faults are on/)
})
