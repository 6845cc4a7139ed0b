import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { get } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { FILES, fileOf, MIB } from './files.mjs'
import { startServer } from './peers.mjs'
import { wait } from './processes.mjs'

/** ms after which a file has its time of change to itself. */
const SETTLED = 2_100

/**
 * Checks that every server sends the files' bytes, whole and in ranges, and finds the servers that don't
 * respond 304 and 416.
 *
 * @param serversOn by folder, the servers to measure with it
 * @param limits `files`: the names of the files that exist; `mostBytes`: the size up to which whole files are
 *   compared, and not only a range of each
 * @returns by server, the set of responses that it doesn't support: `not-modified`, `unsatisfiable`
 */
export async function checkAll(serversOn, place, { files, mostBytes }, note) {
  const unsupported = {}
  const digests = await digestsOf(place, files, mostBytes)
  // Until then a server may send no entity tag, since a file may change again without another time.
  await wait(SETTLED)
  for (const [on, servers] of Object.entries(serversOn)) {
    const parts = digests.filter((part) => part.on === on)
    for (const name of servers) {
      note(`${name}: checking its responses for the files in ${place[on]}`)
      const server = await startServer(name, place[on], place.scratch)
      for (const part of parts) await checkBytes(server, part)
      unsupported[name] ??= new Set()
      for (const gap of await gapsOf(server, parts[0])) unsupported[name].add(gap)
      await server.stop()
    }
  }
  return unsupported
}

/** The files and a range of each, with the digest of their bytes. */
async function digestsOf(place, names, mostBytes) {
  const parts = names.flatMap((name) => {
    const file = FILES[name]
    const start = Math.floor(file.size / 3)
    const part = { ...file, start, end: Math.min(start + MIB, file.size) - 1 }
    return file.size > mostBytes ? [part] : [file, part]
  })
  for (const part of parts) {
    part.digest = await digestOf(createReadStream(fileOf(place, part), rangeOf(part)))
  }
  return parts
}

// Without a start, the whole file is read.
const rangeOf = ({ start, end }) => (start === undefined ? {} : { start, end })

async function checkBytes({ name, port }, { path, size, start, end, digest }) {
  const headers = start === undefined ? {} : { range: `bytes=${start}-${end}` }
  const response = await send(port, path, { headers })
  const request = `${name}, ${path} ${headers.range ?? ''}`
  const expected =
    start === undefined
      ? { status: 200, range: undefined }
      : { status: 206, range: `bytes ${start}-${end}/${size}` }
  const received = { status: response.statusCode, range: response.headers['content-range'] }
  if (received.status !== expected.status || received.range !== expected.range) {
    throw new Error(
      `${request}: expected ${JSON.stringify(expected)}; received ${JSON.stringify(received)}`,
    )
  }
  if ((await digestOf(response)) !== digest) throw new Error(`${request}: received wrong bytes`)
}

/** The responses of RFC 9110 §15.4.5 and §15.5.17 that a server doesn't support. */
async function gapsOf({ port }, { path, size }) {
  const etag = await entityTagOf(port, path)
  const same = await send(port, path, { headers: { 'if-none-match': etag ?? '""' } })
  const isSame = same.statusCode === 304 && (await buffer(same)).length === 0
  same.destroy()
  const beyond = await send(port, path, { headers: { range: `bytes=${size}-` } })
  await buffer(beyond)
  const gaps = []
  if (etag === undefined || !isSame) gaps.push('not-modified')
  const isBeyond = beyond.statusCode === 416
  if (!isBeyond || beyond.headers['content-range'] !== `bytes */${size}`) gaps.push('unsatisfiable')
  return gaps
}

/** The entity tag that a server sends for a file; undefined if it sends none. */
export async function entityTagOf(port, path) {
  const { headers } = await send(port, path, { method: 'HEAD' })
  return headers.etag
}

/** fetch adds Cache-Control to conditional requests, to which some servers respond 200: not used here. */
async function send(port, path, options) {
  const request = get({ ...options, port, path, host: '127.0.0.1', agent: false })
  const [response] = await once(request, 'response')
  if (options.method === 'HEAD') response.resume()
  return response
}

async function digestOf(chunks) {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}
