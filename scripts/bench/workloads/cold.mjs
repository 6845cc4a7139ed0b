import { spawnSync } from 'node:child_process'
import { FILES, fileOf, MIB } from '../files.mjs'
import { compared, probe } from '../load/probe-run.mjs'
import { startServer } from '../peers.mjs'
import { LOAD_CORE, outputOf, start } from '../processes.mjs'
import { takeTurns } from './turns.mjs'

const CLIENTS = 4
const { path, size } = FILES.cold
const PART = size / CLIENTS
/** Seconds in which the file must have been read. */
const LIMIT = 60

/** The latency of small requests while a file is read that is not in the page cache. */
export const cold = {
  cases: ['cold'],
  files: ['cold', 'small-on-disk'],
  on: 'disk',
  subjects: { cold: ['lastbyte', 'portable', 'nginx'] },
  lacks: () =>
    spawnSync('fincore', ['-V']).status === 0
      ? undefined
      : 'fincore of util-linux is not installed',
  run: measure,
}

async function measure({ place, subjectsOf, rounds, seconds, note }) {
  const file = fileOf(place, FILES.cold)
  const started = []
  for (const name of subjectsOf('cold'))
    started.push(await startServer(name, place.disk, place.scratch))
  for (const server of started) await probe(server.port, FILES['small-on-disk'], seconds).figures
  const figures = await takeTurns(started, rounds, (server, round) => {
    note(`cold ${server.name}: round ${round + 1} of ${rounds}`)
    return measureRound(server, file, seconds)
  })
  for (const server of started) await server.stop()
  const how = `a new connection every 5 ms for a file of 4 KiB, from connecting to the first byte: idle, then while ${CLIENTS} clients each read a quarter of a file of 2 GiB that is not in the page cache`
  return {
    cold: {
      title: 'First byte during reads from the disk',
      how,
      main: 'loadP99',
      figures,
    },
  }
}

async function measureRound({ port }, file, seconds) {
  const idle = await probe(port, FILES['small-on-disk'], seconds).figures
  await evict(file)
  const began = performance.now()
  const { figures, finish } = probe(port, FILES['small-on-disk'], LIMIT)
  await Promise.all(Array.from({ length: CLIENTS }, (_, part) => readPart(port, part)))
  const elapsed = (performance.now() - began) / 1000
  finish()
  const loaded = await figures
  return { ...compared(idle, loaded), speed: size / 1e6 / elapsed }
}

async function readPart(port, part) {
  const range = `${part * PART}-${(part + 1) * PART - 1}`
  const args = ['-sf', '-r', range, '-o', '/dev/null', '-w', '%{size_download}']
  const url = `http://127.0.0.1:${port}${path}`
  const read = await outputOf(start('curl', [...args, url], { core: LOAD_CORE, nice: 19 }))
  if (Number(read) !== PART) throw new Error(`curl: expected ${PART} bytes; received ${read}`)
}

/** Evicts a file from the page cache, and checks with fincore that it is gone. */
async function evict(file) {
  // With count=0, dd writes nothing; oflag=nocache evicts the output file from the page cache.
  const options = [
    'if=/dev/null',
    `of=${file}`,
    'oflag=nocache',
    'conv=notrunc,fdatasync',
    'count=0',
  ]
  await outputOf(start('dd', options, {}))
  const { stdout } = spawnSync('fincore', ['-b', '-n', '-r', '-o', 'RES', file], {
    encoding: 'utf8',
  })
  if (Number(stdout) > MIB)
    throw new Error(`${file}: expected no bytes in the page cache; found ${stdout.trim()}`)
}
