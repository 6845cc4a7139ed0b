import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import tap from 'tap'
import { Folder, pattern } from '../fixture/files.js'
import { ForeignServer, NGINX, PROGRAMS } from '../fixture/foreign-servers.js'
import { needs, Running } from '../fixture/process.js'

const SIZE = 24_000_000
const CONTENT = pattern(SIZE)
/**
 * More for four connections: a kill goes unnoticed if the kernel's buffers hold the rest of each one's
 * share, and they hold about 6 MB a connection.
 */
const FILES = [
  { connections: 1, content: CONTENT, other: pattern(SIZE, 1) },
  { connections: 4, content: pattern(2 * SIZE), other: pattern(2 * SIZE, 1) },
]
const COMMAND = 'dist/cli/main.js'
/** Bytes that are held when a server or a client is killed. */
const MIDDLE = 5_000_000
const HOUR = 3_600_000

/** Begins a download that can be met in its middle. */
const get = (url: string, to: string, connections: number) =>
  new Running(process.execPath, [
    ...[COMMAND, 'get', url, '-o', to, '--json', '--limit-rate', '60M'],
    ...['--connections', `${connections}`],
  ])

/** A folder with a file that is old enough for its date to tell its version. */
function oldFile(content: Uint8Array): Folder {
  const folder = new Folder({ f: content })
  const then = new Date(Date.now() - HOUR)
  utimesSync(folder.at('f'), then, then)
  return folder
}

/** Waits until so many bytes are held for certain; FILE.part itself may have holes. */
async function holds(file: string, bytes: number, running: Running): Promise<void> {
  for (;;) {
    const held = heldOf(`${file}.part.json`).reduce((sum, { start, end }) => sum + end - start, 0)
    if (held >= bytes) return
    if (running.hasEnded) throw new Error(`ended early: ${(await running.exit).stderr}`)
    await wait(5)
  }
}

function heldOf(sidecar: string): { start: number; end: number }[] {
  try {
    return JSON.parse(readFileSync(sidecar, 'utf8')).held
  } catch {
    return []
  }
}

/** What a run says at its end. */
const lastOf = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}')

for (const program of PROGRAMS) {
  const { name, command, hasRanges } = program

  for (const { connections, content, other } of FILES) {
    const over = `over ${connections === 1 ? 'one connection' : `${connections} connections`}`

    tap.test(`${name} is killed and comes back, ${over}`, needs(command), async (t) => {
      using folder = oldFile(content)
      using out = new Folder()
      await using server = await ForeignServer.start(program, folder.path)
      await using running = get(`${server.url}/f`, out.at('f'), connections)
      await holds(out.at('f'), MIDDLE, running)
      await server.kill()
      await running.says(/"type":"retry"/)
      await server.start()
      const { code, stdout, stderr } = await running.exit
      t.equal(code, 0, stderr)
      t.ok(readFileSync(out.at('f')).equals(content))
      t.same(readdirSync(out.path), ['f'])
      t.notMatch(stdout, /"type":"restart"/)
      t.ok(lastOf(stdout).received < content.length * 1.2, 'it went on with what it held')
      if (hasRanges) await server.answers(206)
    })

    tap.test(`${name} comes back with another version, ${over}`, needs(command), async (t) => {
      using folder = oldFile(content)
      using out = new Folder()
      await using server = await ForeignServer.start(program, folder.path)
      await using running = get(`${server.url}/f`, out.at('f'), connections)
      await holds(out.at('f'), MIDDLE, running)
      await server.kill()
      await running.says(/"type":"retry"/)
      folder.write('f', other)
      await server.start()
      const { code, stdout, stderr } = await running.exit
      t.equal(code, 0, stderr)
      t.ok(readFileSync(out.at('f')).equals(other), 'no byte of the first version is left')
      t.same(readdirSync(out.path), ['f'])
      t.match(stdout, /"type":"restart"/)
    })
  }

  tap.test(`${name}: kill -9 of the client, and a second run`, needs(command), async (t) => {
    using folder = oldFile(CONTENT)
    using out = new Folder()
    await using server = await ForeignServer.start(program, folder.path)
    await using first = get(`${server.url}/f`, out.at('f'), 4)
    await holds(out.at('f'), MIDDLE, first)
    first.child.kill('SIGKILL')
    await first.exit
    t.notOk(existsSync(out.at('f')), 'there is no file before it is whole')
    const { code, stdout, stderr } = await get(`${server.url}/f`, out.at('f'), 4).exit
    t.equal(code, 0, stderr)
    t.ok(readFileSync(out.at('f')).equals(CONTENT))
    t.same(readdirSync(out.path), ['f'])
    t.ok(lastOf(stdout).received <= SIZE - MIDDLE, 'only the rest was new')
  })
}

tap.test('a stream to stdout through a kill of nginx', needs('nginx'), async (t) => {
  using folder = oldFile(CONTENT)
  await using server = await ForeignServer.start(NGINX, folder.path)
  const args = [COMMAND, 'get', `${server.url}/f`, '-o', '-', '--json']
  await using running = new Running(process.execPath, args, { takesStdout: false })
  const comeBack = async () => {
    while (!/"type":"retry"/.test(running.stderr) && !running.hasEnded) await wait(5)
    await server.start()
  }
  const hash = createHash('sha256')
  let bytes = 0
  let back: Promise<void> | undefined
  for await (const chunk of running.child.stdout ?? []) {
    hash.update(chunk)
    bytes += chunk.length
    if (bytes < MIDDLE || back !== undefined) continue
    // Nothing is read meanwhile, so the client can't have had all.
    await server.kill()
    back = comeBack()
  }
  await back
  const { code, stderr } = await running.exit
  t.equal(code, 0, stderr)
  t.match(stderr, /"type":"retry"/)
  t.equal(bytes, SIZE)
  t.equal(hash.digest('hex'), createHash('sha256').update(CONTENT).digest('hex'))
  await server.answers(206)
})
