import { FILES, fileOf, GIB } from '../files.mjs'
import { cpuSeconds, peakMemory } from '../measure.mjs'
import { isInstalled, startServer } from '../peers.mjs'
import { outputOf, start } from '../processes.mjs'
import { checkLarge } from './check-large.mjs'
import { takeTurns } from './turns.mjs'

/** Concurrent downloads. */
const CONCURRENCY = { complete: 4, quick: 1 }
/** Further downloads of 1 GiB, during which the memory of a proxy must stay constant. */
const PASSES = { complete: 10, quick: 3 }

/** Proxies in front of one nginx. */
export const proxies = {
  cases: ['proxies'],
  files: ['large'],
  on: 'memory',
  subjects: { proxies: ['proxy-lastbyte', 'proxy-http-proxy', 'proxy-nginx'] },
  checksItself: true,
  lacks: () => (isInstalled('nginx') ? undefined : 'nginx, the origin, is not installed'),
  run: measure,
}

async function measure({ place, subjectsOf, rounds, mostBytes, note, isQuick }) {
  const kind = isQuick ? 'quick' : 'complete'
  const downloads = CONCURRENCY[kind]
  const passes = PASSES[kind]
  const origin = await startServer('nginx', place.memory, place.scratch)
  const url = `http://127.0.0.1:${origin.port}`
  const started = []
  for (const name of subjectsOf('proxies'))
    started.push(await startServer(name, url, place.scratch))
  for (const server of started) await checkLarge(server, fileOf(place, FILES.large), mostBytes)
  const figures = await takeTurns(started, rounds, (proxy, round) => {
    note(`proxies ${proxy.name}: round ${round + 1} of ${rounds}`)
    return costOf(proxy, downloads)
  })
  // Only the memory of lastbyte has a goal.
  for (const { name, port, pids } of isQuick ? started.slice(0, 1) : started) {
    note(`proxies ${name}: ${passes} GiB more`)
    for (let pass = 0; pass < passes; pass += 1) await download(port)
    figures[name].laterMemory = [peakMemory(pids) / 1e6]
  }
  for (const server of [...started, origin]) await server.stop()
  const how = `${downloads} downloads of 1 GiB by curl at once, through a proxy in front of nginx; then ${passes} GiB more, one at a time`
  const title = 'A proxy'
  return { proxies: { title, how, main: 'cpuPerGiB', own: 'proxy-lastbyte', figures } }
}

/** CPU seconds a GiB of concurrent downloads, and their speed. */
export async function costOf({ port, pids }, downloads) {
  const before = cpuSeconds(pids)
  const began = performance.now()
  const received = await Promise.all(Array.from({ length: downloads }, () => download(port)))
  const bytes = received.reduce((sum, each) => sum + each, 0)
  return {
    speed: bytes / 1e6 / ((performance.now() - began) / 1000),
    cpuPerGiB: (cpuSeconds(pids) - before) / (bytes / GIB),
    memory: peakMemory(pids) / 1e6,
  }
}

/** Resolves to the bytes that were received. */
async function download(port) {
  const url = `http://127.0.0.1:${port}${FILES.large.path}`
  const args = ['-sf', '-o', '/dev/null', '-w', '%{size_download}', url]
  return Number(await outputOf(start('curl', args)))
}
