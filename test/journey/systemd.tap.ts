import { chmodSync, cpSync, readFileSync, rmSync } from 'node:fs'
import tap from 'tap'
import { Folder, pattern } from '../fixture/files.js'
import { needs, RunningProcess, run } from '../fixture/process.js'

const SERVICE = readFileSync('examples/systemd/lastbyte.service', 'utf8')
const CONTENT = pattern(1_000_000)

/** The values of a directive, in the order of the unit. */
function valuesOf(name: string): string[] {
  return [...SERVICE.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value)
}

/** Seconds of a time span such as `45s`. */
function seconds(span: string | undefined): number {
  const [, number = ''] = /^(\d+)s$/.exec(span ?? '') ?? []
  if (number === '') throw new Error(`expected seconds; received ${span}`)
  return Number(number)
}

/** The units as they are installed. */
function units(): Folder {
  const folder = new Folder()
  cpSync('examples/systemd', folder.path, { recursive: true })
  return folder
}

tap.test(
  'systemd-analyze accepts the units, and their drop-ins',
  needs('systemd-analyze'),
  async (t) => {
    using folder = units()
    const service = folder.at('lastbyte.service')
    const verify = async () => {
      const { code, stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', service])
      return `${code} ${stdout}${stderr}`
    }
    t.equal(await verify(), '0 ')
    rmSync(folder.at('lastbyte.service.d'), { recursive: true })
    t.equal(await verify(), '0 ')
  },
)

tap.test(
  'systemd-analyze accepts the socket, with one service and with instances',
  needs('systemd-analyze'),
  async (t) => {
    using folder = units()
    cpSync(folder.at('lastbyte.service'), folder.at('lastbyte@.service'))
    const verify = async (...names: string[]) => {
      const files = names.map((name) => folder.at(name))
      const { code, stdout, stderr } = await run('systemd-analyze', [
        ...['verify', '--man=no'],
        ...files,
      ])
      return `${code} ${stdout}${stderr}`
    }
    t.equal(await verify('lastbyte.socket', 'lastbyte@1.service', 'lastbyte@2.service'), '0 ')
    rmSync(folder.at('lastbyte.socket.d'), { recursive: true })
    t.equal(await verify('lastbyte.socket', 'lastbyte.service'), '0 ')
  },
)

tap.test(
  'systemd-analyze rates the exposure of the service below 2 of 10',
  needs('systemd-analyze'),
  async (t) => {
    using folder = units()
    // The threshold is a tenth of a point.
    const args = ['security', '--offline=true', '--threshold=19', '--no-pager']
    const { code, stdout, stderr } = await run('systemd-analyze', [
      ...args,
      folder.at('lastbyte.service'),
    ])
    t.equal(code, 0, stdout + stderr)
  },
)

tap.test('systemd waits longer than the service needs to stop', async (t) => {
  const environment = valuesOf('Environment').join(' ')
  const [, grace] = /\bSHUTDOWN_GRACE=(\S+)/.exec(environment) ?? []
  const [, drain = '0s'] = /\bDRAIN_DELAY=(\S+)/.exec(environment) ?? []
  t.ok(seconds(valuesOf('TimeoutStopSec')[0]) >= seconds(grace) + seconds(drain) + 10)
  t.same(valuesOf('KillSignal'), ['SIGTERM'])
  t.same(valuesOf('KillMode'), ['mixed'])
})

tap.test(
  'the command of the service runs, and calls nothing that SystemCallFilter refuses',
  needs('systemd-analyze', 'strace'),
  async (t) => {
    using folder = new Folder({ 'film.mp4': CONTENT })
    const command = folder.write(
      'bin/lastbyte',
      `#!/bin/sh\nexec "${process.execPath}" "${process.cwd()}/dist/cli/main.js" "$@"\n`,
    )
    chmodSync(command, 0o755)
    const [start = ''] = valuesOf('ExecStart')
    t.match(start, / \/srv\/media /)
    const words = start.replace('/srv/media', folder.path).split(' ')
    const env = {
      ...process.env,
      NODE_OPTIONS: '',
      PATH: `${folder.at('bin')}:${process.env.PATH}`,
      ...Object.fromEntries(
        valuesOf('Environment')
          .join(' ')
          .split(' ')
          .map((each) => each.split('=', 2)),
      ),
      HOST: '127.0.0.1',
      PORT: '0',
    }
    const trace = folder.at('trace')
    await using server = new RunningProcess('strace', ['-f', '-qq', '-o', trace, ...words], { env })
    const [, url = ''] = await server.waitForOutput(/Server listening at (http:\S+?)"/)
    const response = await fetch(`${url}/film.mp4`, {
      headers: { 'want-repr-digest': 'sha-256=1' },
    })
    t.ok(Buffer.from(await response.arrayBuffer()).equals(CONTENT))
    const [first = ''] = readFileSync(trace, 'utf8').split(' ')
    process.kill(Number(first), 'SIGTERM')
    t.equal((await server.exit).code, 0)

    const called = new Set(
      [...readFileSync(trace, 'utf8').matchAll(/^\d+ +([a-z]\w*)\(/gm)].map(
        ([, name = '']) => name,
      ),
    )
    t.ok(called.has('accept4') && called.has('openat'), [...called].join(' '))
    const permitted = await permittedCalls()
    t.same(
      [...called].filter((name) => !permitted.has(name)),
      [],
    )
  },
)

/** What the SystemCallFilter of the unit permits: a line of it adds, or removes with ~. */
async function permittedCalls(): Promise<Set<string>> {
  const permitted = new Set<string>()
  for (const line of valuesOf('SystemCallFilter')) {
    const isRemoved = line.startsWith('~')
    for (const name of line.replace('~', '').split(' ')) {
      for (const call of await callsOf(name)) {
        if (isRemoved) permitted.delete(call)
        else permitted.add(call)
      }
    }
  }
  return permitted
}

/** The calls of a set, with those of the sets in it. */
async function callsOf(name: string): Promise<string[]> {
  if (!name.startsWith('@')) return [name]
  const { stdout } = await run('systemd-analyze', ['syscall-filter', '--no-pager', name])
  const members = stdout
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
  const names = members.filter((line) => line !== '' && !line.startsWith('#'))
  return (await Promise.all(names.map(callsOf))).flat()
}
