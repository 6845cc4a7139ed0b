import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { FILES, KIB } from '../files.mjs'
import { memoryNow, socketMemory } from '../measure.mjs'
import { startServer } from '../peers.mjs'
import { firstLineOf, LOAD_CORE, start, stop, wait } from '../processes.mjs'
import { takeTurns } from './turns.mjs'

const CLIENTS = 2_000
/** ms after which a server has made whatever it makes for a client. */
const SETTLE = 1_500
const MB = 1e6

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
  await wait(SETTLE)
  const idle = memoryNow(pids)
  const sockets = socketMemory()
  clients.stdin.write('\n')
  await firstLineOf(clients)
  await wait(2 * SETTLE)
  const full = memoryNow(pids)
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
