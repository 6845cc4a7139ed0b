import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { FILES, KIB } from '../files.mjs'
import { memoryNow, socketMemory } from '../measure.mjs'
import { startServer } from '../peers.mjs'
import { firstLineOf, LOAD_CORE, start, stop, wait } from '../processes.mjs'
import { takeTurns } from './turns.mjs'

const CLIENTS = 2_000
const MB = 1e6
/** ms between two samples of a server's memory, the equal samples that count as stable, and the limit. */
const SAMPLE_INTERVAL = 250
const STABLE_SAMPLES = 4
const MAX_SAMPLES = 40

/** The server's memory for clients that request a large file and never read, less that for idle clients. */
export const stalled = {
  files: ['large', 'tiny'],
  on: 'memory',
  lacks: () => (spawnSync('python3', ['-V']).status === 0 ? undefined : 'python3 is not installed'),
  run: measure,
}

async function measure({ place, servers, rounds, note }) {
  const turns = servers.map((name) => ({ name }))
  const figures = await takeTurns(turns, rounds, ({ name }, round) => {
    note(`stalled ${name}: round ${round + 1} of ${rounds}`)
    return measureRound(name, place)
  })
  const how = `resident memory of the server: ${CLIENTS.toLocaleString('en')} idle connections, each after one response of ${FILES.tiny.size} bytes; then each requests 1 GiB and never reads`
  return {
    stalled: {
      title: `${CLIENTS.toLocaleString('en')} stalled clients`,
      how,
      main: 'perClient',
      notes: [],
      figures,
    },
  }
}

/** Starts a new server for each round, since freed memory is rarely returned to the system. */
async function measureRound(name, place) {
  const server = await startServer(name, place.memory, place.scratch)
  const script = join(import.meta.dirname, '../load/stalled.py')
  const { pids } = server
  const args = [script, server.port, CLIENTS, FILES.tiny.path, FILES.large.path]
  const clients = start('python3', args, { core: LOAD_CORE, stdin: 'pipe' })
  await firstLineOf(clients)
  const idle = await settledMemory(pids)
  const sockets = socketMemory()
  clients.stdin.write('\n')
  await firstLineOf(clients)
  const stalled = await settledMemory(pids)
  const buffered = socketMemory() - sockets
  await stop(clients)
  await server.stop()
  return {
    idleMemory: idle / MB,
    stalledMemory: stalled / MB,
    perClient: (stalled - idle) / CLIENTS / KIB,
    sockets: buffered / CLIENTS / KIB,
  }
}

/** The memory of processes once it is stable within 1 MB, or after 10 s. */
async function settledMemory(pids) {
  const samples = []
  while (samples.length < MAX_SAMPLES) {
    await wait(SAMPLE_INTERVAL)
    samples.push(memoryNow(pids))
    const last = samples.slice(-STABLE_SAMPLES)
    if (last.length === STABLE_SAMPLES && Math.max(...last) - Math.min(...last) < MB) break
  }
  return samples.at(-1)
}
