import { join } from 'node:path'
import { FILES, KIB } from '../files.mjs'
import { lacksAccountant } from '../load/accountant.mjs'
import { compared, probe } from '../load/probe-run.mjs'
import { settledMemory } from '../measure.mjs'
import { startServer } from '../peers.mjs'
import { firstLineOf, LOAD_CORE, start, stop } from '../processes.mjs'
import { takeTurns } from './turns.mjs'

const CLIENTS = 10_000
const { tiny, small } = FILES

/** The memory for idle keep-alive connections, and the latency of a new request beside them. */
export const idle = {
  cases: ['idle'],
  files: ['small', 'tiny'],
  on: 'memory',
  subjects: { idle: ['lastbyte', 'static', 'nginx', 'caddy'] },
  lacks: lacksAccountant,
  run: measure,
}

async function measure({ place, subjectsOf, rounds, seconds, note }) {
  const turns = subjectsOf('idle').map((name) => ({ name }))
  const figures = await takeTurns(turns, rounds, ({ name }, round) => {
    note(`idle ${name}: round ${round + 1} of ${rounds}`)
    return measureRound(name, place, seconds)
  })
  const how = `resident memory of the server: a new process after requests over new connections, then with ${CLIENTS.toLocaleString('en')} connections that are idle after one response of ${tiny.size} bytes; and a new connection every 5 ms for a file of 4 KiB, from connecting to the first byte, before and beside them`
  const title = `${CLIENTS.toLocaleString('en')} idle connections`
  return { idle: { title, how, main: 'perClient', seconds, figures } }
}

/** Starts a new server for each round, since freed memory is rarely returned to the system. */
async function measureRound(name, place, seconds) {
  const server = await startServer(name, place.memory, place.scratch)
  const { pids } = server
  // The first requests of a process are slow.
  await probe(server.port, small, seconds).figures
  const idle = await probe(server.port, small, seconds).figures
  const before = await settledMemory(pids)
  const script = join(import.meta.dirname, '../load/stalled.py')
  const args = [script, server.port, CLIENTS, tiny.path, tiny.path]
  const clients = start('python3', args, { core: LOAD_CORE, stdin: 'pipe' })
  await firstLineOf(clients)
  const after = await settledMemory(pids)
  const loaded = await probe(server.port, small, seconds).figures
  await stop(clients)
  await server.stop()
  return { perClient: (after - before) / CLIENTS / KIB, ...compared(idle, loaded) }
}
