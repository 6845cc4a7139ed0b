import { once } from 'node:events'
import { get } from 'node:http'
import { FILES } from '../files.mjs'
import { cpuSeconds } from '../measure.mjs'
import { startServer } from '../peers.mjs'
import { takeTurns } from './turns.mjs'

const { large } = FILES
const ARCHIVE = `/?zip&path=${large.path.slice(1)}`
const FIRST = 'archive, CRC computed in passing'

/** An archive with a file of 1 GiB, whose CRC is computed by the first download, beside the file itself. */
export const archives = {
  cases: ['archives'],
  files: ['large'],
  on: 'memory',
  subjects: { archives: ['file', 'archive', FIRST] },
  checksItself: true,
  run: measure,
}

async function measure({ place, subjectsOf, rounds, note }) {
  const bodies = subjectsOf('archives').map((name) => ({ name }))
  let known
  const start = async () => {
    const server = await startServer('lastbyte', place.memory, place.scratch)
    await receive(server.port, large.path)
    return server
  }
  const figures = await takeTurns(bodies, rounds, async ({ name }, round) => {
    note(`archives, ${name}: round ${round + 1} of ${rounds}`)
    if (name !== FIRST) {
      if (known === undefined) {
        known = await start()
        await receive(known.port, ARCHIVE)
      }
      return costOf(known, name === 'file' ? large.path : ARCHIVE)
    }
    // A new server knows no CRC.
    const server = await start()
    const cost = await costOf(server, ARCHIVE)
    await server.stop()
    return cost
  })
  await known?.stop()
  const title = 'An archive of 1 GiB'
  const how = 'downloads by a client of node:http, one at a time'
  const shown = { main: 'cpuPerGiB', own: 'archive', kind: 'body' }
  return { archives: { title, how, ...shown, figures } }
}

/** CPU seconds of the server for a body of 1 GiB. */
async function costOf({ pids, port }, path) {
  const before = cpuSeconds(pids)
  await receive(port, path)
  return { cpuPerGiB: cpuSeconds(pids) - before }
}

/** Receives a body and drops it. */
async function receive(port, path) {
  const [response] = await once(get({ port, host: '127.0.0.1', path, agent: false }), 'response')
  if (response.statusCode !== 200)
    throw new Error(`${path}: expected status 200; received ${response.statusCode}`)
  let bytes = 0
  for await (const chunk of response) bytes += chunk.length
  if (bytes < large.size)
    throw new Error(`${path}: expected at least ${large.size} bytes; received ${bytes}`)
}
