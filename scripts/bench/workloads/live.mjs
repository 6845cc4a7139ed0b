import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { GIB, MIB } from '../files.mjs'
import { cpuSeconds } from '../measure.mjs'
import { startServer } from '../peers.mjs'
import { record } from './turns.mjs'

/** Bytes of the file. */
const SIZE = 256 * MIB
const FIELDS = { range: 'bytes=0-9007199254740991' }

/** A file that grows, beside one that doesn't. */
export const live = {
  cases: ['live'],
  files: [],
  on: 'memory',
  checksItself: true,
  run: measure,
}

async function measure({ place, rounds, note }) {
  const folder = join(place.memory, 'live')
  const bytes = randomBytes(SIZE)
  const figures = {}
  for (let round = 0; round < rounds; round += 1) {
    note(`live: round ${round + 1} of ${rounds}`)
    // Each round has a file of which nothing was sent yet.
    mkdirSync(folder)
    for (const name of ['plain.ts', 'live.ts']) writeFileSync(join(folder, name), bytes)
    const marker = join(folder, 'live.ts.live')
    writeFileSync(marker, '')
    const server = await startServer('live-lastbyte', folder, place.scratch)
    const add = async (name, ...request) =>
      record(figures, name, { cpuPerGiB: await costOf(server, ...request) })
    await costOf(server, '/plain.ts', {})
    // The order is that of a file's life.
    await add('a file', '/plain.ts', {})
    await add('a live file, its first client', '/live.ts', FIELDS, () => 'leave')
    await add('a live file, a later client', '/live.ts', FIELDS, () => 'leave')
    await add('a live file, compared at its end', '/live.ts', FIELDS, () => rmSync(marker))
    await add('the finished file', '/live.ts', FIELDS)
    await server.stop()
    rmSync(folder, { recursive: true })
  }
  const how = 'a client of node:http, without sendfile, in the order of a life of the file'
  const shown = { main: 'cpuPerGiB', own: 'a file', kind: 'body' }
  return { live: { title: 'A file of 256 MiB that grows', how, ...shown, figures } }
}

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
  if (received !== SIZE) throw new Error(`${path}: expected ${SIZE} bytes; received ${received}`)
  return ((cpuSeconds(server.pids) - before) * GIB) / SIZE
}
