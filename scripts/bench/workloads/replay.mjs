import { once } from 'node:events'
import { get } from 'node:http'
import { cpuSeconds } from '../measure.mjs'
import { startServer } from '../peers.mjs'
import { record } from './turns.mjs'

/** Events of one stream. */
const EVENTS = { complete: 100_000, quick: 20_000 }
/** Clients that read at once. */
const CLIENTS = [1, 10]
/** Streams by name. A stream with a new key is produced, logged and read at once; after that it is replayed. */
const STREAMS = [
  'without a log',
  ...['memory', 'file'].flatMap((log) => [`produced, ${log}`, `replayed, ${log}`]),
]
const BLANK = Buffer.from('\n\n')

/** Event streams with a log beside those without. */
export const replay = {
  cases: CLIENTS.map((clients) => `replay-${clients}`),
  files: [],
  on: 'memory',
  checksItself: true,
  run: measure,
}

async function measure({ place, rounds, note, isQuick }) {
  const count = isQuick ? EVENTS.quick : EVENTS.complete
  const server = await startServer('replay-lastbyte', place.memory, place.scratch)
  const cases = {}
  for (const clients of CLIENTS) {
    const figures = {}
    for (let round = 0; round < rounds; round += 1) {
      note(`replay: ${clients} clients: round ${round + 1} of ${rounds}`)
      // In this order, since a stream is replayed only after it was produced.
      for (const name of STREAMS) {
        record(
          figures,
          name,
          await load(server, pathOf(name, count, `${clients}-${round}`), clients, count),
        )
      }
    }
    cases[`replay-${clients}`] = caseOf(clients, count, figures)
  }
  await server.stop()
  return cases
}

function caseOf(clients, events, figures) {
  const readers = clients === 1 ? 'one client' : `${clients} clients`
  const title = `Event streams with a log, ${readers}`
  const how = `${events.toLocaleString('en')} events as fast as possible; with a log they are produced and logged for the first round of clients, and replayed for the next`
  return { title, how, main: 'events', own: 'without a log', kind: 'stream', figures }
}

function pathOf(name, count, key) {
  const log = name.split(', ')[1]
  return log === undefined ? `/none/${count}` : `/${log}/${count}/${key}`
}

async function load({ port, pids }, path, clients, each) {
  const cpu = cpuSeconds(pids)
  const began = performance.now()
  const counts = await Promise.all(Array.from({ length: clients }, () => read(port, path)))
  const seconds = (performance.now() - began) / 1000
  // The last one is the `end` event.
  if (counts.some((count) => count !== each + 1))
    throw new Error(`${path}: expected ${each + 1} events; received ${counts}`)
  const events = clients * each
  return { events: events / seconds, cpuPerEvent: ((cpuSeconds(pids) - cpu) / events) * 1e6 }
}

/** The number of events of a stream. */
async function read(port, path) {
  const request = get({ port, path, headers: { accept: 'text/event-stream' }, agent: false })
  const [response] = await once(request, 'response')
  let count = 0
  let endsInLine = false
  for await (const chunk of response) {
    if (endsInLine && chunk[0] === 10) count += 1
    endsInLine = chunk[chunk.length - 1] === 10
    for (let at = chunk.indexOf(BLANK); at !== -1; at = chunk.indexOf(BLANK, at + 2)) count += 1
  }
  return count
}
