import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { FILES, fileOf, GIB } from '../files.mjs'
import { hasWrk } from '../load/run.mjs'
import { hasH2load, runTlsLoad } from '../load/tls-load.mjs'
import { cpuSeconds, peakMemory } from '../measure.mjs'
import { startServer } from '../peers.mjs'
import { takeTurns } from './turns.mjs'

const MB = 1e6
const SIZES = { large: '1 GiB', hundred: '100 KiB', small: '4 KiB' }

/** The largest number of rounds of the warm-up. */
const WARM_UP = { large: 1, hundred: 4, small: 12 }

/** The servers of each protocol. */
const SERVERS = {
  https: ['tls-lastbyte', 'tls-static', 'tls-nginx', 'tls-caddy'],
  http2: ['h2-lastbyte', 'h2-static', 'tls-nginx', 'tls-caddy'],
}

const CASES = Object.fromEntries(
  ['https', 'http2'].flatMap((protocol) =>
    Object.keys(SIZES).map((file) => [`${protocol}-${file}`, caseOf(protocol, file)]),
  ),
)

function caseOf(protocol, file) {
  const isLarge = file === 'large'
  const isHttp2 = protocol === 'http2'
  const title = `${isHttp2 ? 'HTTP/2' : 'HTTPS/1.1'}, file of ${SIZES[file]}`
  const connections = isHttp2 || isLarge ? 8 : 32
  const streams = isHttp2 && !isLarge ? 4 : 1
  return {
    title,
    how: `${connections} connections${streams > 1 ? ` with ${streams} streams each` : ''} from ${isHttp2 ? 'h2load' : 'wrk'}`,
    main: isLarge ? 'cpuPerGiB' : 'ratePerCpu',
    own: SERVERS[protocol][0],
    warmUp: WARM_UP[file],
    task: { ...FILES[file], protocol, connections, streams },
  }
}

/** Files over TLS, by HTTP/1.1 and HTTP/2, with the same certificate and cipher suite for all servers. */
export const tls = {
  cases: Object.keys(CASES),
  files: Object.keys(SIZES),
  on: 'memory',
  subjects: Object.fromEntries(
    Object.entries(CASES).map(([name, { task }]) => [name, SERVERS[task.protocol]]),
  ),
  checksItself: true,
  lacks: () => {
    if (!hasWrk) return 'wrk is not installed'
    return hasH2load ? undefined : 'h2load is not installed (nghttp2-client)'
  },
  run: measure,
}

async function measure({ place, subjectsOf, rounds, seconds, warmUp, mostBytes, note }) {
  const digests = Object.fromEntries(
    await Promise.all(
      Object.keys(SIZES).map(async (file) => [
        FILES[file].path,
        await digestOf(createReadStream(fileOf(place, FILES[file]), { end: mostBytes - 1 })),
      ]),
    ),
  )
  const results = {}
  for (const protocol of Object.keys(SERVERS)) {
    const started = {}
    for (const name of new Set(namesOf(protocol).flatMap(subjectsOf))) {
      started[name] = await startServer(name, place.memory, place.scratch)
      note(`${name}: checking its responses over ${protocol}`)
      for (const [path, digest] of Object.entries(digests)) {
        await check(name, started[name], { path, protocol, digest, mostBytes })
      }
    }
    for (const name of namesOf(protocol)) {
      const each = CASES[name]
      const pairs = subjectsOf(name).map((server) => {
        const { port, pids } = started[server]
        return { name: server, port, pids, task: each.task }
      })
      for (const pair of pairs) await warmUp(each.warmUp, () => measureRound(pair, seconds))
      const figures = await takeTurns(pairs, rounds, (pair, round) => {
        note(`${name} ${pair.name}: round ${round + 1} of ${rounds}`)
        return measureRound(pair, seconds)
      })
      const { title, how, main, own } = each
      results[name] = { title, how, main, own, seconds, figures }
    }
    for (const server of Object.values(started)) await server.stop()
  }
  return results
}

const namesOf = (protocol) =>
  Object.keys(CASES).filter((name) => CASES[name].task.protocol === protocol)

async function measureRound({ port, pids, task }, seconds) {
  const before = cpuSeconds(pids)
  const load = await runTlsLoad(port, task, seconds)
  const cpu = before === undefined ? undefined : cpuSeconds(pids) - before
  return {
    rate: load.bytes / task.size / load.seconds,
    speed: load.bytes / MB / load.seconds,
    cpu,
    ratePerCpu: cpu > 0 ? load.bytes / task.size / cpu : undefined,
    cpuPerGiB: cpu === undefined ? undefined : cpu / (load.bytes / GIB),
    memory: peakMemory(pids) / MB,
    p50: load.p50,
    p99: load.p99,
    busy: load.busy,
  }
}

/** Compares the first bytes that curl receives with the file, and the protocol with the expected one. */
async function check(name, { port }, { path, protocol, digest, mostBytes }) {
  const flag = protocol === 'http2' ? '--http2' : '--http1.1'
  const url = `https://127.0.0.1:${port}${path}`
  const range = ['-r', `0-${mostBytes - 1}`]
  const child = spawn('curl', ['-skf', flag, ...range, '-w', '%{stderr}%{http_version}', url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let version = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    version += text
  })
  const [received, [code]] = await Promise.all([digestOf(child.stdout), once(child, 'close')])
  const expected = protocol === 'http2' ? '2' : '1.1'
  if (code !== 0 || version !== expected || received !== digest) {
    throw new Error(
      `${name}, ${url}: expected the bytes of the file over HTTP/${expected}; received ${received === digest ? 'them' : 'others'} over HTTP/${version}, curl's status ${code}`,
    )
  }
}

async function digestOf(chunks) {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}
