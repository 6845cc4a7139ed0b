import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { GIB, LARGE } from '../files.mjs'
import { cpuSeconds, median, peakMemory } from '../measure.mjs'
import { isInstalled, startServer } from '../peers.mjs'

const PROXIES = ['proxy-lastbyte', 'proxy-http-proxy', 'proxy-nginx']
/** Concurrent downloads. */
const CONCURRENCY = 4
/** Further downloads of 1 GiB, to check that the proxy's memory stays constant. */
const PASSES = 10

async function download(port) {
  const child = spawn('curl', ['-sf', '-o', '/dev/null', `http://127.0.0.1:${port}${LARGE.path}`])
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`curl exited with ${code}`)
}

/** CPU seconds a GiB of concurrent downloads. */
async function cost({ port, pids }) {
  const before = cpuSeconds(pids)
  await Promise.all(Array.from({ length: CONCURRENCY }, () => download(port)))
  return (cpuSeconds(pids) - before) / ((CONCURRENCY * LARGE.size) / GIB)
}

/** Measures proxies in front of one origin; prints each result. */
export async function measureProxies({ place, rounds, print, note }) {
  if (!isInstalled('nginx')) {
    note('left out: proxies, since nginx is not installed')
    return
  }
  const { memory: files, scratch: folder } = place
  const origin = await startServer('nginx', files, folder)
  const url = `http://127.0.0.1:${origin.port}`
  const started = []
  for (const name of PROXIES) started.push(await startServer(name, url, folder))
  const costs = Object.fromEntries(PROXIES.map((name) => [name, []]))
  for (const { port } of started) await download(port)
  for (let round = 1; round <= rounds; round += 1) {
    note(`proxies: round ${round} of ${rounds}`)
    for (const proxy of started) costs[proxy.name].push(await cost(proxy))
  }
  print(
    `\n### 1 GiB through a proxy in front of nginx, ${CONCURRENCY} downloads at once; median of ${rounds} rounds\n`,
  )
  print('| proxy | CPU s/GiB | peak RSS MB |\n| --- | ---: | ---: |')
  for (const { name, pids } of started) {
    const memory = Math.round(peakMemory(pids) / 1e6)
    print(`| ${name.slice('proxy-'.length)} | ${median(costs[name]).toFixed(2)} | ${memory} |`)
  }
  const ratio = median(costs['proxy-lastbyte']) / median(costs['proxy-http-proxy'])
  print(`\nlastbyte ÷ http-proxy: ${ratio.toFixed(2)} (goal ≤ 0.5)`)

  const [own] = started
  const before = peakMemory(own.pids)
  for (let pass = 1; pass <= PASSES; pass += 1) await download(own.port)
  const grown = Math.round((peakMemory(own.pids) - before) / 1e6)
  print(`Growth of peak RSS after ${PASSES} more GiB: ${grown} MB (goal: none)`)
  for (const server of [...started, origin]) await server.stop()
}
