import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import tap from 'tap'
import { Folder, pattern } from '../fixture/files.js'
import { isLong } from '../fixture/long-form.js'
import { needs, RunningProcess } from '../fixture/process.js'
import { hasSaved } from '../fixture/sidecar.js'
import { NGINX, SERVER_PROGRAMS, ThirdPartyServer } from '../fixture/third-party-servers.js'

const SIZE = 24_000_000
const CONTENT = pattern(SIZE)
/**
 * The file for four connections is larger: the kernel buffers about 6 MB a connection, and a client
 * whose remaining bytes are all buffered doesn't notice that the server is killed.
 */
const FILES = [
  { connections: 1, content: CONTENT, other: pattern(SIZE, 1) },
  { connections: 4, content: pattern(2 * SIZE), other: pattern(2 * SIZE, 1) },
]
const COMMAND = 'dist/cli/main.js'
/** Bytes that are saved when a server or a client is killed. */
const MIDDLE = 5_000_000
const HOUR = 3_600_000

/** Starts a download that is slow enough to be interrupted. */
const get = (url: string, to: string, connections: number) =>
  new RunningProcess(process.execPath, [
    ...[COMMAND, 'get', url, '-o', to, '--json', '--limit-rate', '60M'],
    ...['--connections', `${connections}`],
  ])

/** A folder with a file whose Last-Modified is old enough to be a strong validator. */
function oldFile(content: Uint8Array): Folder {
  const folder = new Folder({ f: content })
  const hourAgo = new Date(Date.now() - HOUR)
  utimesSync(folder.at('f'), hourAgo, hourAgo)
  return folder
}

/** The last line of a run's JSON output. */
const lastOf = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}')

/** Skips a case that its form leaves out. */
const caseOf = (command: string, isIn: boolean) =>
  isIn ? needs(command) : { skip: 'part of npm run test:long' }

/**
 * Whether this form has a case. The short one has all of nginx, and from each other server one resumption and one
 * change, over one connection or several.
 */
const isInForm = (program: number, connections: number, row: number) =>
  isLong || program === 0 || (program + connections + row) % 2 === 0

for (const [nth, program] of SERVER_PROGRAMS.entries()) {
  const { name, command, hasRanges } = program

  for (const [files, { connections, content, other }] of FILES.entries()) {
    const over = `over ${connections === 1 ? 'one connection' : `${connections} connections`}`

    /** Kills and restarts the server during a download; `change` runs while it is down. */
    const downloadThroughRestart = async (change: (folder: Folder) => void) => {
      using folder = oldFile(content)
      using out = new Folder()
      await using server = await ThirdPartyServer.start(program, folder.path)
      await using running = get(`${server.url}/f`, out.at('f'), connections)
      await hasSaved(out.at('f'), MIDDLE, running)
      await server.kill()
      await running.waitForOutput(/"type":"retry"/)
      change(folder)
      await server.start()
      const exit = await running.exit
      if (hasRanges && content.equals(readFileSync(folder.at('f')))) await server.logged(206)
      const names = readdirSync(out.path)
      const file = names.includes('f') ? readFileSync(out.at('f')) : Buffer.alloc(0)
      return { ...exit, file, names }
    }

    tap.test(
      `${name} is killed and restarted during lastbyte get ${over}: the download is resumed`,
      caseOf(command, isInForm(nth, files, 0)),
      async (t) => {
        const { code, stdout, stderr, file, names } = await downloadThroughRestart(() => {})
        t.equal(code, 0, stderr)
        t.ok(file.equals(content))
        t.same(names, ['f'])
        t.notMatch(stdout, /"type":"restart"/)
        const { received } = lastOf(stdout)
        t.ok(received < content.length * 1.2, 'the saved bytes were not fetched again')
      },
    )

    tap.test(
      `${name} is restarted with another version during lastbyte get ${over}: it starts over`,
      caseOf(command, isInForm(nth, files, 1)),
      async (t) => {
        const { code, stdout, stderr, file, names } = await downloadThroughRestart((folder) => {
          folder.write('f', other)
        })
        t.equal(code, 0, stderr)
        t.ok(file.equals(other), 'the file has no byte of the first version')
        t.same(names, ['f'])
        t.match(stdout, /"type":"restart"/)
      },
    )
  }

  tap.test(
    `lastbyte get from ${name} is killed, and a second run resumes its file`,
    caseOf(command, isLong || nth === 0 || !hasRanges),
    async (t) => {
      using folder = oldFile(CONTENT)
      using out = new Folder()
      await using server = await ThirdPartyServer.start(program, folder.path)
      await using first = get(`${server.url}/f`, out.at('f'), 4)
      await hasSaved(out.at('f'), MIDDLE, first)
      first.child.kill('SIGKILL')
      await first.exit
      t.notOk(existsSync(out.at('f')), 'the file does not exist before it is complete')
      const { code, stdout, stderr } = await get(`${server.url}/f`, out.at('f'), 4).exit
      t.equal(code, 0, stderr)
      t.ok(readFileSync(out.at('f')).equals(CONTENT))
      t.same(readdirSync(out.path), ['f'])
      t.ok(lastOf(stdout).received <= SIZE - MIDDLE, 'only the remaining bytes were fetched')
    },
  )
}

tap.test(
  'lastbyte get to stdout resumes when nginx is killed and restarted',
  needs('nginx'),
  async (t) => {
    using folder = oldFile(CONTENT)
    await using server = await ThirdPartyServer.start(NGINX, folder.path)
    const args = [COMMAND, 'get', `${server.url}/f`, '-o', '-', '--json']
    await using running = new RunningProcess(process.execPath, args, { capturesStdout: false })
    const restart = async () => {
      while (!/"type":"retry"/.test(running.stderr) && !running.hasEnded) await delay(5)
      await server.start()
    }
    const hash = createHash('sha256')
    let bytes = 0
    let restarted: Promise<void> | undefined
    for await (const chunk of running.child.stdout ?? []) {
      hash.update(chunk)
      bytes += chunk.length
      if (bytes < MIDDLE || restarted !== undefined) continue
      // stdout isn't read meanwhile, so the client can't have received the whole file.
      await server.kill()
      restarted = restart()
    }
    await restarted
    const { code, stderr } = await running.exit
    t.equal(code, 0, stderr)
    t.match(stderr, /"type":"retry"/)
    t.equal(bytes, SIZE)
    t.equal(hash.digest('hex'), createHash('sha256').update(CONTENT).digest('hex'))
    await server.logged(206)
  },
)
