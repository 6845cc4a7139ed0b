import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { cpuSeconds, median } from '../measure.mjs'
import { startServer } from '../peers.mjs'

/** Bytes of the file. */
const SIZE = 256 * 1024 * 1024
const GIB = 1024 ** 3
const LIVE = { range: 'bytes=0-9007199254740991' }

/** CPU seconds of the server for each GiB of a body, of which SIZE bytes are received. */
async function costOf(server, path, headers, afterwards = () => {}) {
  const before = cpuSeconds(server.pids)
  const request = get({ port: server.port, host: '127.0.0.1', path, headers })
  const [response] = await once(request, 'response')
  let received = 0
  for await (const chunk of response) {
    received += chunk.length
    // A growing file has no end yet.
    if (received === SIZE && afterwards() === 'leave') break
  }
  if (received !== SIZE) throw new Error(`${path}: received ${received} bytes`)
  return ((cpuSeconds(server.pids) - before) * GIB) / SIZE
}

/** Measures a file that grows beside one that doesn't, and prints the result. */
export async function measureLive({ place, rounds, print, note }) {
  const folder = join(place.memory, 'live')
  const bytes = randomBytes(SIZE)
  const costs = { plain: [], first: [], next: [], end: [], finished: [] }
  for (let round = 0; round < rounds; round += 1) {
    note(`live: round ${round + 1} of ${rounds}`)
    // Each round has a file of which nothing was sent yet.
    mkdirSync(folder)
    for (const name of ['plain.ts', 'live.ts']) writeFileSync(join(folder, name), bytes)
    const marker = join(folder, 'live.ts.live')
    writeFileSync(marker, '')
    const server = await startServer('live-lastbyte', folder, place.scratch)
    await costOf(server, '/plain.ts', {})
    costs.plain.push(await costOf(server, '/plain.ts', {}))
    costs.first.push(await costOf(server, '/live.ts', LIVE, () => 'leave'))
    costs.next.push(await costOf(server, '/live.ts', LIVE, () => 'leave'))
    costs.end.push(await costOf(server, '/live.ts', LIVE, () => rmSync(marker)))
    costs.finished.push(await costOf(server, '/live.ts', LIVE))
    await server.stop()
    rmSync(folder, { recursive: true })
  }
  const plain = median(costs.plain)
  const row = (name, each) => {
    const cost = median(each)
    return `| ${name} | ${cost.toFixed(2)} | ${(cost / plain).toFixed(2)} |`
  }
  print(`\n### A file of 256 MiB that grows, without sendfile\n
| | CPU s/GiB | ÷ file |
| --- | ---: | ---: |
${row('a file', costs.plain)}
${row('a live file, its first client', costs.first)}
${row('a live file, each client after it', costs.next)}
${row('a live file, with the comparison at its end', costs.end)}
${row('the finished file', costs.finished)}`)
}
