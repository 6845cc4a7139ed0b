import { availableParallelism } from 'node:os'
import { FILES } from '../files.mjs'
import { hasWrk, runLoad } from '../load/run.mjs'
import { cpuSeconds, idleSeconds, median } from '../measure.mjs'
import { startServer } from '../peers.mjs'
import { number } from '../report/metrics.mjs'
import { takeTurns } from './turns.mjs'

const SERVERS = ['workers-1', 'workers-2']
/** The idle share of all cores below which the machine was the limit. */
const MIN_IDLE = 0.07

/** `lastbyte serve` with one worker and with two, not pinned to a core. */
export const workers = {
  cases: ['workers'],
  files: ['small'],
  on: 'memory',
  subjects: { workers: SERVERS },
  lacks: () => (hasWrk ? undefined : 'wrk is not installed'),
  run: measure,
}

async function measure({ place, subjectsOf, rounds, seconds, warmUp, note }) {
  const task = { ...FILES.small, generator: 'wrk', connections: 64 }
  const started = []
  for (const name of subjectsOf('workers')) {
    started.push(await startServer(name, place.memory, place.scratch, { core: undefined }))
  }
  for (const server of started) {
    note(`${server.name}: warming up`)
    await warmUp(8, () => measureRound(server, task, seconds))
  }
  const figures = await takeTurns(started, rounds, (server, round) => {
    note(`${server.name}: round ${round + 1} of ${rounds}`)
    return measureRound(server, task, seconds)
  })
  for (const server of started) await server.stop()
  return { workers: { ...caseOf(figures), seconds, figures } }
}

async function measureRound({ port, pids }, task, seconds) {
  const [before, idleBefore] = [cpuSeconds(pids), idleSeconds()]
  const load = await runLoad(port, task, seconds, { core: undefined })
  const cpu = cpuSeconds(pids) - before
  return {
    rate: load.requests / load.seconds,
    cpu,
    serverCores: cpu / load.seconds,
    loadCores: load.busy,
    idleCores: (idleSeconds() - idleBefore) / load.seconds,
    ratePerCpu: load.requests / cpu,
    p50: load.p50,
    p99: load.p99,
  }
}

function caseOf(figures) {
  const cores = availableParallelism()
  const two = figures['workers-2']
  const [serving, loading] = [median(two.serverCores), median(two.loadCores ?? [])]
  const limit =
    median(two.idleCores) < MIN_IDLE * cores
      ? `With two workers, all ${cores} cores of this machine were busy: ${number(serving)} with the server, ${number(loading)} with wrk, the rest with other processes. Requests per CPU second show what two workers reach on cores of their own.`
      : undefined
  return {
    title: 'Two workers',
    how: '64 connections from wrk for a file of 4 KiB; no process is pinned to a core',
    main: 'rate',
    limit,
    notes: limit === undefined ? [] : [limit],
  }
}
