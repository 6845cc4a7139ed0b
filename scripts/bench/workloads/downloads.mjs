import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FILES, fileOf, MIB } from '../files.mjs'
import { lacksAccountant, startAccountant } from '../load/accountant.mjs'
import { isInstalled, startServer } from '../peers.mjs'
import { outputOf, start, wait } from '../processes.mjs'
import { COMMAND } from './command.mjs'
import { takeTurns } from './turns.mjs'

const { large } = FILES
const SERVERS = ['nginx', 'lastbyte']
const SMALL_FILES = 20
const START_OF_NODE = 'node -e 0'
/** ms in which the server computes the digest of the large file. */
const DIGEST_LIMIT = 30_000

const get = (url, to) => [process.execPath, COMMAND, 'get', '-q', '-o', to, url]
const curl = (url, to) => ['curl', '-sf', '-o', to, url]
const aria2 = (url, to) => [
  ...['aria2c', '-q', '--no-conf', '-x4', '-s4', '-k1M', '--file-allocation=none'],
  ...['-d', dirname(to), '-o', 'out', url],
]

/** The downloads of the large file: the command, and the folder where the file goes if not memory. */
const CLIENTS = {
  curl: { command: curl },
  get: { command: get },
  // From a server that announces the digest of the file, which the client verifies.
  'get, digest': { command: get, from: 'lastbyte' },
  'aria2 -x4': { command: aria2 },
  'get -c 4': { command: (url, to) => [...get(url, to), '-c', '4'] },
  'curl, disk': { command: curl, onDisk: true },
  'get, disk, synced': { command: get, onDisk: true },
}

const lists = Object.fromEntries(
  SERVERS.flatMap((server) => [
    [`download-${server}`, clientsOf(server)],
    [`downloads-${server}`, [START_OF_NODE, 'curl', 'get']],
  ]),
)

/** Downloads by `lastbyte get` beside curl and aria2. */
export const downloads = {
  cases: Object.keys(lists),
  files: ['large'],
  on: 'memory',
  subjects: lists,
  checksItself: true,
  lacks: lacksAccountant,
  run: measure,
}

function clientsOf(server) {
  const names = Object.keys(CLIENTS)
  return server === 'nginx' ? names.filter((name) => name !== 'get, digest') : names
}

async function measure(context) {
  const { place } = context
  mkdirSync(join(place.memory, 'few'))
  for (let index = 0; index < SMALL_FILES; index += 1) {
    writeFileSync(join(place.memory, 'few', String(index)), Buffer.alloc(MIB, index))
  }
  const accountant = startAccountant()
  const cases = {}
  for (const name of SERVERS.filter(isInstalled)) {
    // Without a digest, lastbyte and nginx send the same.
    const server = await startServer(
      name === 'lastbyte' ? 'no-digest' : name,
      place.memory,
      place.scratch,
    )
    Object.assign(cases, await measureLarge(name, server, accountant, context))
    Object.assign(cases, await measureSmall(name, server, accountant, context))
    await server.stop()
  }
  await accountant.stop()
  return cases
}

/** Downloads of one large file, to memory and to a disk. */
async function measureLarge(server, { port }, accountant, { place, subjectsOf, rounds, note }) {
  const name = `download-${server}`
  const clients = subjectsOf(name)
    .map((each) => ({ name: each, ...CLIENTS[each] }))
    .filter(
      ({ name: each }) => !each.startsWith('aria2') || spawnSync('aria2c', ['-v']).status === 0,
    )
    .filter(({ onDisk }) => !onDisk || place.disk !== undefined)
  const announcing = clients.some(({ from }) => from !== undefined)
    ? await startServer('lastbyte', place.memory, place.scratch)
    : undefined
  if (announcing !== undefined) await announceDigest(announcing.port)
  const download = async ({ command, onDisk, from }, check) => {
    const folder = mkdtempSync(join(onDisk ? dirname(place.disk) : place.scratch, 'download-'))
    const to = join(folder, 'out')
    try {
      // What the previous download left to the disk must not delay this one.
      if (onDisk) await outputOf(start('sync', ['-f', folder]))
      const url = `http://127.0.0.1:${from === undefined ? port : announcing.port}${large.path}`
      const usage = await accountant.run(command(url, to), folder)
      await check(to)
      return { ...usage, speed: large.size / 1e6 / usage.wall }
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  const expected = fileOf(place, large)
  // The first response of a process is slow.
  await download({ command: curl }, requireSize)
  const figures = await takeTurns(clients, rounds, (client, round) => {
    note(`${name} ${client.name}: round ${round + 1} of ${rounds}`)
    // One download of each client is compared with the file.
    return download(client, round === 0 ? (file) => compare(file, expected) : requireSize)
  })
  await announcing?.stop()
  const how =
    'to a file in memory or, where so named, on a disk: `get` syncs it there, curl does not'
  return { [name]: { title: `Download of 1 GiB from ${server}`, how, ...SHOWN, figures } }
}

const SHOWN = { main: 'wall', own: 'get', kind: 'client' }

/** Downloads of several small files with one command. */
async function measureSmall(server, { port }, accountant, { place, subjectsOf, rounds, note }) {
  const name = `downloads-${server}`
  const paths = Array.from({ length: SMALL_FILES }, (_, index) => `few/${index}`)
  const urls = paths.map((path) => `http://127.0.0.1:${port}/${path}`)
  const commands = {
    [START_OF_NODE]: [process.execPath, '-e', '0'],
    curl: ['curl', '-sf', '--remote-name-all', ...urls],
    get: [process.execPath, COMMAND, 'get', '-q', ...urls],
  }
  const clients = subjectsOf(name).map((each) => ({ name: each }))
  if (!clients.some((each) => each.name === START_OF_NODE)) clients.unshift({ name: START_OF_NODE })
  const figures = await takeTurns(clients, rounds, async (client, round) => {
    note(`${name} ${client.name}: round ${round + 1} of ${rounds}`)
    const folder = mkdtempSync(join(place.scratch, 'download-'))
    try {
      return await accountant.run(commands[client.name], folder)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
  const starts = figures[START_OF_NODE].wall
  figures.get.afterStart = figures.get.wall.map((wall, round) => wall - starts[round])
  const title = `${SMALL_FILES} files of 1 MiB from ${server}`
  const how = 'one command for all files, to a folder in memory'
  return { [name]: { title, how, ...SHOWN, figures } }
}

/** Requests the digest of the large file until the server has computed and announces it. */
async function announceDigest(port) {
  const headers = { 'want-repr-digest': 'sha-256=10' }
  const url = `http://127.0.0.1:${port}${large.path}`
  for (const began = performance.now(); performance.now() - began < DIGEST_LIMIT; await wait(100)) {
    const response = await fetch(url, { method: 'HEAD', headers })
    if (response.headers.has('repr-digest')) return
  }
  throw new Error(`${url}: expected a Repr-Digest within ${DIGEST_LIMIT} ms; received none`)
}

/** @throws if two files differ */
async function compare(file, expected) {
  await outputOf(start('cmp', [file, expected]))
}

function requireSize(file) {
  const { size } = statSync(file)
  if (size !== large.size)
    throw new Error(`${file}: expected ${large.size} bytes; received ${size}`)
}
