import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import tap from 'tap'
import { fileSize, hasBytes, pattern } from '../fixture/files.js'
import { Guide } from '../fixture/guide.js'
import { Computer } from '../fixture/lan.js'
import { LinkedApplication } from '../fixture/linked-application.js'
import { needs, needsNamespace, type RunningProcess } from '../fixture/process.js'
import { until } from '../fixture/until.js'

/** As in the guides. */
const ADDRESS = '192.168.1.5'
const FILM = pattern(12_000_000)

const needed = [
  needs('curl', 'wget', 'aria2c', 'ip', 'nsenter', 'openssl', 'npm'),
  await needsNamespace('net'),
]
const { skip } = needed.find((each) => each.skip !== false) ?? { skip: false as const }

/** Waits until a server of a guide listens. */
async function listening(server: RunningProcess): Promise<RunningProcess> {
  await server.waitForOutput(/Server listening at/)
  await until(() => /^ {2}On your network: .*\n/m.test(server.stderr))
  return server
}

async function stopped(server: RunningProcess): Promise<number | null> {
  server.child.kill('SIGINT')
  return (await server.exit).code
}

tap.test(
  'docs/guides/share-on-my-lan.md: another computer downloads, and continues after the Wi-Fi was lost',
  skip ? { skip } : {},
  async (t) => {
    using application = new LinkedApplication()
    const { folder, environment } = application
    application.write('My files/film.mp4', FILM)
    const others = join(folder, 'other computer')
    mkdirSync(others)
    await using here = new Computer(folder, environment)
    await using other = new Computer(others, environment)
    await here.boot()
    await other.boot()
    await here.connect(ADDRESS, other, '192.168.1.6')
    const guide = new Guide('share-on-my-lan')
    const film = join(others, 'film.mp4')
    const isWhole = () => readFileSync(film).equals(FILM)

    const installed = await here.run(guide.next('npm install --global lastbyte'))
    t.match(installed.stdout, /^\d+\.\d+\.\d+/m)
    const serve = guide.next('lastbyte serve')
    let server = await listening(here.start(serve))
    t.match(server.stderr, `  On this computer: http://127.0.0.1:8080/\n`)
    t.match(server.stderr, `  On your network:  http://${ADDRESS}:8080/\n`)

    // 12 MB take 2 s.
    await here.must('tc qdisc add dev lan0 root tbf rate 50mbit burst 64kb latency 100ms')
    const curl = guide.next('curl -C - -O')
    const cut = other.start(curl)
    await hasBytes(film, 1_000_000)
    await other.must('ip link set lan1 down')
    cut.child.kill('SIGINT')
    await cut.exit
    const received = fileSize(film)
    t.ok(received < FILM.length, `${received} bytes before the Wi-Fi was lost`)
    await other.must('ip link set lan1 up')
    t.equal((await other.run(curl)).code, 0)
    t.ok(isWhole())

    for (const command of [guide.next('aria2c -c'), guide.next('wget -c')]) {
      rmSync(film)
      t.equal((await other.run(command)).code, 0, command)
      t.ok(isWhole())
    }

    rmSync(film)
    const get = other.start(guide.next('lastbyte get'))
    await hasBytes(join(others, 'film.mp4.part'), 1_000_000)
    server.child.kill('SIGKILL')
    await server.exit
    server = await listening(here.start(serve))
    const { code, stderr } = await get.exit
    t.equal(code, 0, stderr.slice(-300))
    t.match(stderr, /film\.mp4: complete, .*sha-256 verified/)
    t.ok(isWhole())

    await here.must('tc qdisc del dev lan0 root')
    rmSync(film)
    t.equal((await other.run(guide.next('wget -c -r'))).code, 0)
    t.ok(isWhole())
    t.equal(await stopped(server), 0)

    t.equal((await here.run(guide.next('openssl'))).code, 0)
    server = await listening(here.start(guide.next('lastbyte serve')))
    t.match(server.stderr, `https://${ADDRESS}:8080/`)
    cpSync(join(folder, 'cert.pem'), join(others, 'cert.pem'))
    for (const begins of ['curl --cacert', 'wget --ca', 'aria2c --ca', 'NODE_EXTRA_CA_CERTS']) {
      rmSync(film)
      const { code, stderr } = await other.run(guide.next(begins))
      t.equal(code, 0, `${begins}: ${stderr.slice(-300)}`)
      t.ok(isWhole())
    }
    t.equal(await stopped(server), 0)

    const password = guide.next('lastbyte password')
    t.match(await here.run(`{ ${password} } <<< secret`), { code: 0 })
    server = await listening(here.start(guide.next('lastbyte serve')))
    const forbidden =
      'curl -s -w "%{http_code}" --cacert cert.pem https://192.168.1.5:8080/film.mp4'
    t.match((await other.run(forbidden)).stdout, /401$/)
    for (const begins of ['curl --cacert', 'NODE_EXTRA_CA_CERTS']) {
      rmSync(film)
      const { code, stderr } = await other.run(guide.next(begins))
      t.equal(code, 0, `${begins}: ${stderr.slice(-300)}`)
      t.ok(isWhole())
    }
    t.equal(await stopped(server), 0)

    t.equal((await here.run(guide.next('npm uninstall --global lastbyte'))).code, 0)
    t.not((await here.run('lastbyte --version')).code, 0)
    t.strictSame(guide.left, [])
  },
)
