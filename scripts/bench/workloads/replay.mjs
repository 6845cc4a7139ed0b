import { once } from 'node:events'
import { get } from 'node:http'
import { cpuSeconds, median } from '../measure.mjs'
import { startServer } from '../peers.mjs'

/** Events of one stream. */
const EVENTS = 100_000
/** Clients that read at once. */
const CLIENTS = [1, 10]
const LOGS = ['memory', 'file']
/** The share of events a second without a log that a log has at least. */
const GOAL = 0.7
const BLANK = Buffer.from('\n\n')

/** Measures events a second of streams with a log beside those without; prints each result. */
export async function measureReplay({ place, rounds, print, note }) {
  const { memory: files, scratch: folder } = place
  print(`\n### Event streams of ${EVENTS.toLocaleString('en')} events, with and without a log\n`)
  print('| clients | stream | events/s | CPU s/million events | ÷ without, by time | by CPU |')
  print('| ---: | --- | ---: | ---: | ---: | ---: |')
  const server = await startServer('replay-lastbyte', files, folder)
  let met = true
  for (const clients of CLIENTS) {
    const cases = casesOf()
    const figures = new Map(Object.keys(cases).map((name) => [name, []]))
    for (let round = 1; round <= rounds; round += 1) {
      note(`replay: ${clients} clients: round ${round} of ${rounds}`)
      for (const [name, pathOf] of Object.entries(cases)) {
        const path = pathOf(`${clients}-${round}`)
        figures.get(name).push(await load(server, path, clients))
      }
    }
    const of = (name, figure) => median(figures.get(name).map((each) => each[figure]))
    for (const name of figures.keys()) {
      const byTime = of(name, 'rate') / of('without a log', 'rate')
      const byCpu = of('without a log', 'cost') / of(name, 'cost')
      if (name.startsWith('replayed') && byTime < GOAL) met = false
      const rate = Math.round(of(name, 'rate')).toLocaleString('en')
      const cells = [clients, name, rate, of(name, 'cost').toFixed(2), byTime.toFixed(2)]
      print(`| ${[...cells, byCpu.toFixed(2)].join(' | ')} |`)
    }
  }
  print(
    `\nGoal: replayed events a second ≥ ${GOAL} × without a log: **${met ? 'met' : 'missed'}**.`,
  )
  await server.stop()
}

/** The paths of the streams by their names. A stream with a new key is produced, logged and read at once. */
function casesOf() {
  const cases = { 'without a log': () => `/none/${EVENTS}` }
  for (const log of LOGS) {
    cases[`produced, ${log}`] = (round) => `/${log}/${EVENTS}/${round}`
    cases[`replayed, ${log}`] = (round) => `/${log}/${EVENTS}/${round}`
  }
  return cases
}

async function load({ port, pids }, path, clients) {
  const cpu = cpuSeconds(pids)
  const began = performance.now()
  const counts = await Promise.all(Array.from({ length: clients }, () => read(port, path)))
  const seconds = (performance.now() - began) / 1000
  // The last one is the `end` event.
  if (counts.some((count) => count !== EVENTS + 1)) throw new Error(`${path}: ${counts} events`)
  const events = clients * EVENTS
  return { rate: events / seconds, cost: ((cpuSeconds(pids) - cpu) / events) * 1e6 }
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
