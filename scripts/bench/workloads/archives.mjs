import { once } from 'node:events'
import { get } from 'node:http'
import { LARGE } from '../files.mjs'
import { cpuSeconds, median } from '../measure.mjs'
import { startServer } from '../peers.mjs'

/** Receives a body and drops it. */
async function receive(port, path) {
  const [response] = await once(get({ port, host: '127.0.0.1', path }), 'response')
  if (response.statusCode !== 200)
    throw new Error(`${path}: received status ${response.statusCode}`)
  response.resume()
  await once(response, 'end')
}

/** CPU seconds of the server for a body. */
async function costOf(server, path) {
  const before = cpuSeconds(server.pids)
  await receive(server.port, path)
  return cpuSeconds(server.pids) - before
}

/** Measures a file of 1 GiB, and an archive with it, whose CRC is computed by the first download; prints the result. */
export async function measureArchives({ place, rounds, print, note }) {
  const { memory: files, scratch } = place
  const file = LARGE.path
  const archive = `/?zip&path=${file.slice(1)}`
  const costs = { file: [], archive: [], first: [] }
  for (let round = 0; round < rounds; round += 1) {
    note(`archives: round ${round + 1} of ${rounds}`)
    // Each round has a server that knows no CRC yet.
    const server = await startServer('lastbyte', files, scratch)
    await receive(server.port, file)
    costs.first.push(await costOf(server, archive))
    costs.file.push(await costOf(server, file))
    costs.archive.push(await costOf(server, archive))
    await server.stop()
  }
  const [plain, known, first] = [costs.file, costs.archive, costs.first].map(median)
  const row = (name, cost) => `| ${name} | ${cost.toFixed(2)} | ${(cost / plain).toFixed(2)} |`
  print(`\n### An archive of 1 GiB\n
| | CPU s/GiB | ÷ file |
| --- | ---: | ---: |
${row('the file itself', plain)}
${row('the archive, its CRC known (goal ≤ 1.2)', known)}
${row('the archive, its CRC computed in passing', first)}`)
}
