import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { FILES, KIB } from '../files.mjs'
import { memoryNow, socketMemory } from '../measure.mjs'
import { startServer } from '../peers.mjs'
import { firstLineOf, LOAD_CORE, start, stop, wait } from '../processes.mjs'
import { takeTurns } from './turns.mjs'

const CLIENTS = 2_000
const MB = 1e6
/** ms between two looks at a server's memory; how many alike end the waiting, and how many are too many. */
const LOOK = 250
const ALIKE = 4
const LOOKS = 40

/** Memory of clients that ask for the large file and never read, over the same clients at rest. */
export const stalled = {
  files: ['large', 'tiny'],
  on: 'memory',
  lacks: () => (spawnSync('python3', ['-V']).status === 0 ? undefined : 'python3 is not installed'),
  run: measure,
}

async function measure({ place, servers, rounds, note }) {
  const those = servers.map((name) => ({ name }))
  const figures = await takeTurns(those, rounds, ({ name }, round) => {
    note(`stalled ${name}: round ${round + 1} of ${rounds}`)
    return measureRound(name, place)
  })
  const how = `resident memory of the server: ${CLIENTS.toLocaleString('en')} idle connections, each after one answer of ${FILES.tiny.size} bytes; then each asks for 1 GiB and never reads`
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

/** A fresh server each time: memory that is free again is seldom given back. */
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
  const full = await settledMemory(pids)
  const held = socketMemory() - sockets
  await stop(clients)
  await server.stop()
  return {
    idleMemory: idle / MB,
    stalledMemory: full / MB,
    perClient: (full - idle) / CLIENTS / KIB,
    sockets: held / CLIENTS / KIB,
  }
}

/** The memory of processes when it has come to rest within 1 MB; within 10 s in any case. */
async function settledMemory(pids) {
  const looks = []
  while (looks.length < LOOKS) {
    await wait(LOOK)
    looks.push(memoryNow(pids))
    const last = looks.slice(-ALIKE)
    if (last.length === ALIKE && Math.max(...last) - Math.min(...last) < MB) break
  }
  return looks.at(-1)
}
