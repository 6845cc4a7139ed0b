import { spawnSync } from 'node:child_process'
import { FILES, fileOf, MIB } from '../files.mjs'
import { compared, probe } from '../load/probe-run.mjs'
import { startServer } from '../peers.mjs'
import { LOAD_CORE, outputOf, start } from '../processes.mjs'
import { takeTurns } from './turns.mjs'

const CLIENTS = 4
const { path, size } = FILES.cold
const PART = size / CLIENTS
/** Seconds that reading the file may take at most. */
const LIMIT = 60

/** How long a small request waits while a file is read that is not in the page cache. */
export const cold = {
  files: ['cold', 'small-on-disk'],
  on: 'disk',
  servers: ['lastbyte', 'portable', 'nginx'],
  lacks: () =>
    spawnSync('fincore', ['-V']).status === 0
      ? undefined
      : 'fincore of util-linux is not installed',
  run: measure,
}

async function measure({ place, servers, rounds, seconds, note }) {
  const file = fileOf(place, FILES.cold)
  const started = []
  for (const name of servers) started.push(await startServer(name, place.disk, place.scratch))
  for (const server of started) await probe(server.port, FILES['small-on-disk'], seconds).figures
  const figures = await takeTurns(started, rounds, (server, round) => {
    note(`cold ${server.name}: round ${round + 1} of ${rounds}`)
    return measureRound(server, file, seconds)
  })
  for (const server of started) await server.stop()
  const how = `new connections for a file of 4 KiB, one each 5 ms: from connecting to the first byte; idle, then while ${CLIENTS} clients read a quarter each of a file of 2 GiB that is on the disk alone`
  return { cold: { title: 'Beside cold reads', how, main: 'loadP99', notes: [], figures } }
}

async function measureRound({ port }, file, seconds) {
  const idle = await probe(port, FILES['small-on-disk'], seconds).figures
  await evict(file)
  const began = performance.now()
  const { figures, finish } = probe(port, FILES['small-on-disk'], LIMIT)
  await Promise.all(Array.from({ length: CLIENTS }, (_, part) => readPart(port, part)))
  const took = (performance.now() - began) / 1000
  finish()
  const loaded = await figures
  return { ...compared(idle, loaded), speed: size / 1e6 / took }
}

async function readPart(port, part) {
  const range = `${part * PART}-${(part + 1) * PART - 1}`
  const args = ['-sf', '-r', range, '-o', '/dev/null', '-w', '%{size_download}']
  const url = `http://127.0.0.1:${port}${path}`
  const read = await outputOf(start('curl', [...args, url], { core: LOAD_CORE, nice: 19 }))
  if (Number(read) !== PART) throw new Error(`curl read ${read} of ${PART} bytes`)
}

/** Takes a file out of the page cache, and makes sure of it. */
async function evict(file) {
  // With a count of 0, dd writes nothing and drops what the cache has of its output.
  const dropping = [
    'if=/dev/null',
    `of=${file}`,
    'oflag=nocache',
    'conv=notrunc,fdatasync',
    'count=0',
  ]
  await outputOf(start('dd', dropping, {}))
  const { stdout } = spawnSync('fincore', ['-b', '-n', '-r', '-o', 'RES', file], {
    encoding: 'utf8',
  })
  if (Number(stdout) > MIB)
    throw new Error(`${file}: ${stdout.trim()} bytes stay in the page cache`)
}
