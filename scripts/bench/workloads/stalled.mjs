import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { FILES, KIB } from '../files.mjs'
import { settledMemory, socketMemory } from '../measure.mjs'
import { startServer } from '../peers.mjs'
import { firstLineOf, LOAD_CORE, start, stop } from '../processes.mjs'
import { takeTurns } from './turns.mjs'

const CLIENTS = 2_000
const MB = 1e6

/** The server's memory for clients that request a large file and never read, less that for idle clients. */
export const stalled = {
  cases: ['stalled'],
  files: ['large', 'tiny'],
  on: 'memory',
  lacks: () => (spawnSync('python3', ['-V']).status === 0 ? undefined : 'python3 is not installed'),
  run: measure,
}

async function measure({ place, subjectsOf, rounds, note }) {
  const turns = subjectsOf('stalled').map((name) => ({ name }))
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
