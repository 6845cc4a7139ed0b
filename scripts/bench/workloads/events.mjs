import { join } from 'node:path'
import { createParser } from 'eventsource-parser'
import { cpuSeconds, memoryNow, socketMemory, threadSeconds } from '../measure.mjs'
import { startServer } from '../peers.mjs'
import { LOAD_CORE, linesOf, start, stop, wait } from '../processes.mjs'
import { takeTurns } from './turns.mjs'

const SERVERS = ['events-lastbyte', 'events-sse', 'events-sse-v2']
const SHAPES = { flood: 'as fast as possible', ticks: 'ten a second for each client' }
/** Clients at once. */
export const CLIENTS = [1, 100, 1_000, 10_000]
/** Seconds in which V8 optimizes, after every client has received an event and before the figures. */
const RUN_UP = 0.5
const SLOW_CLIENTS = 1_000
/** Seconds after which the memory for slow readers is sampled. */
const [EARLY, LATE] = [2, 10]

const shapes = Object.fromEntries(
  Object.keys(SHAPES).flatMap((shape) =>
    CLIENTS.map((clients) => [`${shape}-${clients}`, { shape, clients }]),
  ),
)

/** Event streams beside those of other plugins. */
export const events = {
  cases: [...Object.keys(shapes), 'slow-readers'],
  files: [],
  on: 'memory',
  subjects: Object.fromEntries(
    [...Object.keys(shapes), 'slow-readers'].map((name) => [
      name,
      // Of the two peers, the faster one is enough where a round takes many seconds.
      shapes[name]?.clients === 10_000 ? SERVERS.slice(0, 2) : SERVERS,
    ]),
  ),
  checksItself: true,
  run: measure,
}

async function measure(context) {
  const { place, subjectsOf, rounds, note, isQuick } = context
  const seconds = isQuick ? context.seconds / 2 : context.seconds
  for (const name of new Set(events.cases.flatMap(subjectsOf))) {
    const server = await startServer(name, place.memory, place.scratch)
    for (const shape of Object.keys(SHAPES)) await check(server, shape)
    await server.stop()
  }
  const cases = {}
  for (const [name, { shape, clients }] of Object.entries(shapes)) {
    // One client has too few events in a short round.
    if (isQuick && clients === 1) continue
    const turns = subjectsOf(name).map((each) => ({ name: each }))
    const figures = await takeTurns(turns, rounds, async ({ name: each }, round) => {
      note(`${name} ${each}: round ${round + 1} of ${rounds}`)
      const server = await startServer(each, place.memory, place.scratch)
      const task = { path: `/${shape}`, clients, runUp: RUN_UP, seconds }
      const measured = await load(server, task)
      await server.stop()
      return measured
    })
    cases[name] = caseOf(shape, clients, { seconds, figures })
  }
  const readers = await measureSlowReaders(context)
  return readers === undefined ? cases : { ...cases, 'slow-readers': readers }
}

/** Checks that a server sends the expected events. */
async function check({ name, port }, shape) {
  const control = new AbortController()
  const { body } = await fetch(`http://127.0.0.1:${port}/${shape}`, {
    headers: { accept: 'text/event-stream' },
    signal: control.signal,
  })
  const received = []
  const parser = createParser({ onEvent: (event) => received.push(event) })
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    if (received.length >= 3) break
  }
  control.abort()
  for (const [n, { id, event, data }] of received.slice(0, 3).entries()) {
    const isRight = id === String(n) && event === 'tick' && JSON.parse(data).n === n
    if (!isRight) throw new Error(`${name}: event ${n} of ${shape} has a wrong id, name or data`)
  }
}

async function load({ port, pids }, task) {
  const idle = memoryNow(pids)
  const child = startLoad({ port, ...task })
  const next = linesOf(child)
  await next()
  const before = threadSeconds(pids) ?? cpuSeconds(pids)
  const open = memoryNow(pids)
  const { events: count, seconds } = JSON.parse(await next())
  const cpu = (threadSeconds(pids) ?? cpuSeconds(pids)) - before
  return {
    events: count / seconds,
    eventsPerCpu: count / cpu,
    cpuPerEvent: (cpu / count) * 1e6,
    serverCores: cpu / seconds,
    perClient: (open - idle) / task.clients / 1024,
  }
}

function startLoad(task) {
  const script = join(import.meta.dirname, '../load/event-load.mjs')
  return start(process.execPath, [script, JSON.stringify(task)], { core: LOAD_CORE })
}

function caseOf(shape, clients, measured) {
  const readers = clients === 1 ? 'one client' : `${clients.toLocaleString('en')} clients`
  return {
    title: `Events, ${SHAPES[shape]}: ${readers}`,
    how: 'a new process for each round; memory is that of all connections and responses',
    main: 'eventsPerCpu',
    own: 'events-lastbyte',
    ...measured,
  }
}

/** Memory for clients that read nothing, which must not grow. */
async function measureSlowReaders({ place, subjectsOf, note }) {
  const turns = subjectsOf('slow-readers').map((name) => ({ name }))
  if (turns.length === 0) return undefined
  const figures = await takeTurns(turns, 1, async ({ name }) => {
    note(`events: ${SLOW_CLIENTS} slow readers of ${name}`)
    const server = await startServer(name, place.memory, place.scratch)
    const task = { path: '/flood', clients: SLOW_CLIENTS, seconds: LATE + 2, reads: false }
    const child = startLoad({ port: server.port, ...task })
    await linesOf(child)()
    await wait(EARLY * 1000)
    const early = memoryNow(server.pids)
    await wait((LATE - EARLY) * 1000)
    const late = memoryNow(server.pids)
    const sockets = socketMemory()
    await stop(child)
    await server.stop()
    return {
      earlyMemory: early / 1e6,
      lateMemory: late / 1e6,
      sockets: sockets / SLOW_CLIENTS / 1024,
    }
  })
  const title = `${SLOW_CLIENTS.toLocaleString('en')} clients of an event stream that read nothing`
  const how = 'events as fast as possible, after the first of which each client stops reading'
  return { title, how, main: 'lateMemory', own: 'events-lastbyte', figures }
}
