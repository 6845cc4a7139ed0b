// Measures lastbyte and its peers side by side, each server in a process of its own, in alternated
// rounds. Usage:
//   npm run bench -- [--rounds 5] [--seconds 3] [--only whole,ranges,small,downloads,proxies,events]
//                    [--servers lastbyte,faults,static,sirv,nginx] [--json FILE]
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureDownloads } from './downloads.mjs'
import { measureEvents } from './events.mjs'
import { cpuSeconds, peakMemory } from './measure.mjs'
import { stopAll } from './processes.mjs'
import { measureProxies } from './proxies.mjs'
import { generatorOf, runLoad } from './run-load.mjs'
import { checkServer, makeFiles, makeFolder, partsOf, WORKLOADS } from './samples.mjs'
import { isInstalled, SERVERS, startServer } from './servers.mjs'
import { goalOf, summarize, tableOf } from './table.mjs'

const note = (text) => process.stderr.write(`${text}\n`)
const print = (text) => process.stdout.write(`${text}\n`)

/** What can be measured: the servers under a load, and our own client. */
const MEASURES = {
  ...WORKLOADS,
  downloads: measureDownloads,
  proxies: measureProxies,
  events: measureEvents,
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      only: { type: 'string', default: Object.keys(MEASURES).join() },
      servers: { type: 'string', default: Object.keys(SERVERS).join() },
      json: { type: 'string' },
    },
  })
  return {
    rounds: count('--rounds', values.rounds),
    seconds: count('--seconds', values.seconds),
    workloads: names('--only', values.only, MEASURES),
    servers: names('--servers', values.servers, SERVERS),
    json: values.json,
  }
}

function count(option, value) {
  if (!/^[1-9]\d*$/.test(value)) throw new Error(`${option}: wants a number from 1; not ${value}`)
  return Number(value)
}

function names(option, value, known) {
  const wanted = value.split(',')
  for (const name of wanted) {
    if (!(name in known)) throw new Error(`${option}: wants ${Object.keys(known)}; not ${name}`)
  }
  return wanted
}

/** Runs one workload: fresh servers, warmed up, then rounds in which they take turns. */
async function measureWorkload(name, servers, { files, folder, rounds, seconds }) {
  const workload = WORKLOADS[name]
  const started = []
  for (const server of servers) started.push(await startServer(server, files, folder))
  const raw = Object.fromEntries(servers.map((server) => [server, { rounds: [] }]))
  note(`${name}: warming up`)
  for (const server of started) await runLoad(server.port, workload, workload.warmUp * seconds)
  for (let round = 1; round <= rounds; round += 1) {
    note(`${name}: round ${round} of ${rounds}`)
    for (const server of started) {
      raw[server.name].rounds.push(await measureRound(server, workload, seconds))
    }
  }
  for (const server of started) {
    raw[server.name].peakMemory = peakMemory(server.pids)
    await server.stop()
  }
  return raw
}

async function measureRound(server, workload, seconds) {
  const { pids } = server
  const before = cpuSeconds(pids)
  const figures = await runLoad(server.port, workload, seconds)
  const cpu = before === undefined ? undefined : cpuSeconds(pids) - before
  return { ...figures, cpu }
}

async function checkAll(servers, { files, folder }) {
  const parts = await partsOf(files)
  for (const name of servers) {
    note(`${name}: checking its bytes`)
    const server = await startServer(name, files, folder)
    await checkServer(server, parts)
    await server.stop()
  }
}

async function main(folder, options) {
  const { rounds, seconds, workloads } = options
  const servers = options.servers.filter((name) => {
    if (!isInstalled(name)) note(`${name} is not installed: left out`)
    return isInstalled(name)
  })
  note('making the files')
  const place = { files: makeFiles(folder), folder, rounds, seconds }
  await checkAll(servers, place)

  const machine = { node: process.version, cores: cpus().length, cpu: cpus()[0]?.model }
  print(`Node ${machine.node}, ${machine.cores} cores (${machine.cpu})`)
  const raw = {}
  for (const name of workloads.filter((each) => each in WORKLOADS)) {
    raw[name] = await measureWorkload(name, servers, place)
    print(`\n${report(name, raw[name], options)}`)
  }
  if (workloads.includes('downloads')) await measureDownloads({ ...place, print, note })
  if (workloads.includes('proxies')) await measureProxies({ ...place, print, note })
  if (workloads.includes('events')) await measureEvents({ ...place, print, note })
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ machine, rounds, seconds, raw }, null, 2)}\n`)
  }
}

/** A workload's figures in Markdown. */
function report(name, raw, { rounds, seconds }) {
  const workload = WORKLOADS[name]
  const { title, connections, slice, size } = workload
  const results = Object.fromEntries(
    Object.entries(raw).map(([server, figures]) => [server, summarize(figures, slice ?? size)]),
  )
  const how = `${connections} connections from ${generatorOf(workload)}; median of ${rounds} × ${seconds} s`
  const parts = [`### ${title}`, how, tableOf(results), goalOf(name, results)]
  return parts.filter((part) => part !== undefined).join('\n\n')
}

let options
try {
  options = readOptions()
  if (!existsSync(join(import.meta.dirname, '../../dist/index.js'))) {
    throw new Error('There is no dist: run npm run build first')
  }
} catch (error) {
  note(error.message)
  process.exit(2)
}

let interrupted = false
const interrupt = () => {
  interrupted = true
  // What waits for one of the processes fails with it, and the run ends as at any failure.
  stopAll()
}
process.once('SIGINT', interrupt).once('SIGTERM', interrupt)

const folder = makeFolder()
try {
  await main(folder, options)
} catch (error) {
  note(interrupted ? 'interrupted' : error.stack)
  process.exitCode = 1
} finally {
  await stopAll()
  rmSync(folder, { recursive: true, force: true })
}
