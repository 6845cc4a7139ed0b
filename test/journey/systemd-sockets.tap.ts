import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import tap from 'tap'
import { DownloadLoad } from '../fixture/download-load.js'
import { Folder, pattern } from '../fixture/files.js'
import { freePort } from '../fixture/free-port.js'
import { needs, needsNamespace, RunningProcess } from '../fixture/process.js'
import { until } from '../fixture/until.js'

const CONTENT = pattern(200_000)

/** What a manager of a user may not do, which systemd.tap.ts checks. */
const SANDBOX =
  /^(Protect|Private|Restrict(Addr|Name|Real|SUID)|SystemCall|NoNew|Capability|RemoveIPC|Lock|DynamicUser)/

/** Runs the lines of its stdin in a mount namespace with a systemd of its own, and prints the code of each. */
const MANAGER = `
mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system /run/user/0 && chmod 700 /run/user/0
unset DBUS_SESSION_BUS_ADDRESS
export XDG_RUNTIME_DIR=/run/user/0
/lib/systemd/systemd --user &
trap 'kill $!; wait $!' EXIT
until systemctl --user list-units > /dev/null 2>&1; do sleep 0.1; done
echo "code 0"
while read -r line; do eval "$line"; echo "code $?"; done
`

/** A systemd with the units of the examples, for a folder, a free port and a Unix socket. */
class Systemd implements AsyncDisposable {
  readonly #shell: RunningProcess
  #commands = 0

  private constructor(
    readonly targets: readonly object[],
    home: string,
    private readonly folder: Folder,
  ) {
    this.#shell = new RunningProcess('unshare', ['--mount', 'sh', '-c', MANAGER], {
      env: { ...process.env, HOME: home },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }

  static async start(): Promise<Systemd> {
    const folder = new Folder({ 'media/small': CONTENT, 'home/x': '' })
    const main = `${process.cwd()}/dist/cli/main.js`
    const command = folder.write('lastbyte', `#!/bin/sh\nexec ${process.execPath} ${main} "$@"\n`)
    chmodSync(command, 0o755)
    const units = folder.at('home/.config/systemd/user')
    cpSync('examples/systemd', units, { recursive: true })
    const port = await freePort()
    const socketPath = folder.at('lastbyte.sock')
    const listen = `ListenStream=127.0.0.1:${port}\nListenStream=${socketPath}`
    edit(`${units}/lastbyte.socket`, (text) => text.replace('ListenStream=8080', listen))
    edit(`${units}/lastbyte.service`, (text) => {
      const lines = text.split('\n').filter((line) => !SANDBOX.test(line))
      const start = `${command} serve ${folder.at('media')}`
      return lines.join('\n').replace('/usr/bin/env lastbyte serve /srv/media', start)
    })
    cpSync(`${units}/lastbyte.service`, `${units}/lastbyte@.service`)
    rmSync(`${units}/lastbyte.service.d/tls.conf`)
    folder.write('home/.config/systemd/user/default.target', '[Unit]\nDescription=Nothing\n')
    const targets = [{ port }, { socketPath }].map((each) => ({ ...each, path: '/small' }))
    const systemd = new Systemd(targets, folder.at('home'), folder)
    await systemd.#code()
    return systemd
  }

  /** Writes a file below the units. */
  write(name: string, text: string): void {
    this.folder.write(`home/.config/systemd/user/${name}`, text)
  }

  remove(name: string): void {
    rmSync(this.folder.at(`home/.config/systemd/user/${name}`), { recursive: true })
  }

  /** Runs `systemctl`. @returns its code */
  async control(args: string): Promise<number> {
    this.#commands += 1
    this.#shell.child.stdin?.write(`systemctl --user ${args}\n`)
    return this.#code()
  }

  async #code(): Promise<number> {
    const codes = () => [...this.#shell.stdout.matchAll(/^code (\d+)\n/gm)]
    await until(() => codes().length > this.#commands || this.#shell.hasEnded)
    const [, code] = codes()[this.#commands] ?? []
    if (code === undefined)
      throw new Error(`no systemd: ${this.#shell.stdout}${this.#shell.stderr}`)
    return Number(code)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.control("stop lastbyte.socket 'lastbyte*.service'")
    this.#shell.child.stdin?.end()
    await this.#shell.exit
    await this.#shell[Symbol.asyncDispose]()
    this.folder[Symbol.dispose]()
  }
}

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')))
}

const { skip } = needs('systemctl', 'curl')
const able = skip === false ? await needsNamespace('mount') : { skip }

tap.test('systemd: the next instance serves before the previous one stops', able, async (t) => {
  await using systemd = await Systemd.start()
  t.equal(await systemd.control('start lastbyte.socket lastbyte@1'), 0)
  const load = new DownloadLoad(systemd.targets, CONTENT)
  await load.more(30)
  for (const [next, previous] of [
    ['lastbyte@2', 'lastbyte@1'],
    ['lastbyte@1', 'lastbyte@2'],
  ]) {
    t.equal(await systemd.control(`start ${next}`), 0)
    t.equal(await systemd.control(`stop ${previous}`), 0)
    await load.more(30)
    t.not(await systemd.control(`is-active ${previous}`), 0, 'which no connection starts again')
    t.equal(await systemd.control(`is-active ${next}`), 0)
  }

  const wrong = '[Service]\nExecStart=\nExecStart=/bin/false\nRestart=no\n'
  systemd.write('lastbyte@3.service.d/wrong.conf', wrong)
  t.equal(await systemd.control('daemon-reload'), 0)
  t.not(await systemd.control('start lastbyte@3'), 0, 'an instance that cannot start is reported')
  await load.more(30)
  await load.stop()
  t.same(load.failures, [])
})

tap.test('systemd: connections wait while the service is restarted', able, async (t) => {
  await using systemd = await Systemd.start()
  systemd.remove('lastbyte.socket.d')
  t.equal(await systemd.control('daemon-reload'), 0)
  t.equal(await systemd.control('start lastbyte.socket lastbyte'), 0)
  const load = new DownloadLoad(systemd.targets, CONTENT)
  await load.more(30)
  t.equal(await systemd.control('restart lastbyte'), 0)
  await load.more(30)
  await load.stop()
  t.same(load.failures, [])
})
