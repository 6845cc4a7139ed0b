import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createParser } from 'eventsource-parser'
import { cpuSeconds, median, memoryNow, socketMemory } from '../measure.mjs'
import { startServer } from '../peers.mjs'
import { LOAD_CORE, start, stop } from '../processes.mjs'

/** The measured servers, and their names in the tables. */
const SERVERS = {
  'events-lastbyte': 'lastbyte',
  'events-sse': '@fastify/sse',
  'events-sse-v2': 'fastify-sse-v2',
}
const [OWN, ...PEERS] = Object.keys(SERVERS)
const CLIENTS = [1, 100, 1_000]
/** Seconds after which the memory for slow readers is sampled. */
const SAMPLE_TIMES = [2, 5, 10]

/** Measures events a second, CPU and memory of event streams; prints each result. */
export async function measureEvents({ place, rounds, seconds, print, note }) {
  const { memory: files, scratch: folder } = place
  for (const name of Object.keys(SERVERS)) await check(await startServer(name, files, folder))
  for (const path of ['/flood', '/ticks']) {
    for (const clients of CLIENTS) {
      const figures = Object.fromEntries(Object.keys(SERVERS).map((name) => [name, []]))
      for (let round = 1; round <= rounds; round += 1) {
        note(`events: ${path}, ${clients} clients: round ${round} of ${rounds}`)
        for (const name of Object.keys(SERVERS)) {
          const server = await startServer(name, files, folder)
          figures[name].push(await load(server, { path, clients, seconds }))
          await server.stop()
        }
      }
      print(`\n${report(path, clients, figures, { rounds, seconds })}`)
    }
  }
  await measureSlowReaders({ place, print, note })
}

/** Checks that a server sends the expected events. */
async function check(server) {
  const { name, port } = server
  for (const path of ['/flood', '/ticks']) {
    const control = new AbortController()
    const { body } = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { accept: 'text/event-stream' },
      signal: control.signal,
    })
    const events = []
    const parser = createParser({ onEvent: (event) => events.push(event) })
    const decoder = new TextDecoder()
    for await (const chunk of body) {
      parser.feed(decoder.decode(chunk, { stream: true }))
      if (events.length >= 3) break
    }
    control.abort()
    for (const [n, { id, event, data }] of events.slice(0, 3).entries()) {
      const isRight = id === String(n) && event === 'tick' && JSON.parse(data).n === n
      if (!isRight) throw new Error(`${name}: event ${n} of ${path} has a wrong id, name or data`)
    }
  }
  await server.stop()
}

async function load({ port, pids }, task) {
  const idle = memoryNow(pids)
  const child = startLoad({ port, ...task })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  await lineOf(lines, child)
  const before = cpuSeconds(pids)
  const open = memoryNow(pids)
  const { events, seconds } = JSON.parse(await lineOf(lines, child))
  const cpu = cpuSeconds(pids) - before
  return {
    rate: events / seconds,
    cost: (cpu / events) * 1e6,
    share: cpu / seconds,
    memory: (open - idle) / task.clients,
  }
}

function startLoad(task) {
  const script = join(import.meta.dirname, '../load/event-load.mjs')
  return start(process.execPath, [script, JSON.stringify(task)], { core: LOAD_CORE })
}

async function lineOf(lines, child) {
  const { done, value } = await lines.next()
  if (!done) return value
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode]
  throw new Error(`The clients exited with ${code}\n${child.stderrTail}`)
}

function report(path, clients, figures, { rounds, seconds }) {
  const of = (name, figure) => median(figures[name].map((each) => each[figure]))
  const rows = Object.entries(SERVERS).map(([name, title]) => {
    const [rate, cost, share, memory] = ['rate', 'cost', 'share', 'memory'].map((figure) =>
      of(name, figure),
    )
    const cells = [
      title,
      Math.round(rate).toLocaleString('en'),
      cost.toFixed(2),
      `${Math.round(share * 100)} %`,
    ]
    return `| ${[...cells, (memory / 1024).toFixed(1)].join(' | ')} |`
  })
  // With a clock all servers send the same number of events, so the CPU cost is compared.
  const ratio = (peer) =>
    path === '/flood' ? of(OWN, 'rate') / of(peer, 'rate') : of(peer, 'cost') / of(OWN, 'cost')
  const ratios = PEERS.map((peer) => `${ratio(peer).toFixed(2)} × ${SERVERS[peer]}`)
  const met = PEERS.every((peer) => ratio(peer) > 1) ? 'met' : 'missed'
  const figure = path === '/flood' ? 'events a second' : 'events a CPU second'
  return [
    `### Events, ${path === '/flood' ? 'as fast as possible' : 'ten a second for each client'}: ${clients} clients`,
    `median of ${rounds} × ${seconds} s`,
    '| server | events/s | CPU s/million events | CPU | KiB/client |\n| --- | ---: | ---: | ---: | ---: |\n' +
      rows.join('\n'),
    `Goal: more ${figure} than both: **${met}** (${ratios.join(', ')}).`,
  ].join('\n\n')
}

/** Memory for clients that read nothing, which must not grow. */
async function measureSlowReaders({ place, print, note }) {
  const { memory: files, scratch: folder } = place
  const clients = 1_000
  print(`\n### ${clients.toLocaleString('en')} clients that read nothing\n`)
  print('| server | after s | RSS MB | socket buffers MB |\n| --- | ---: | ---: | ---: |')
  for (const [name, title] of Object.entries(SERVERS)) {
    note(`events: ${clients} slow readers of ${title}`)
    const server = await startServer(name, files, folder)
    const seconds = SAMPLE_TIMES.at(-1) + 2
    const task = { port: server.port, path: '/flood', clients, seconds, reads: false }
    const child = startLoad(task)
    await lineOf(createInterface(child.stdout)[Symbol.asyncIterator](), child)
    let at = 0
    for (const time of SAMPLE_TIMES) {
      await new Promise((resolve) => setTimeout(resolve, (time - at) * 1000))
      at = time
      const rss = Math.round(memoryNow(server.pids) / 1e6)
      print(`| ${title} | ${time} | ${rss} | ${Math.round(socketMemory() / 1e6)} |`)
    }
    await stop(child)
    await server.stop()
  }
}
