import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { get } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { FILES, fileOf, GIB, MIB } from './files.mjs'
import { startServer } from './peers.mjs'

/**
 * Makes sure that servers give the bytes of the files, whole and in part, and sees which of them answer 304 and
 * 416.
 *
 * @param wanted by folder, the servers that are measured over it
 * @param files the names of the files that there are
 * @returns by server, what it can't: a set of `not-modified` and `unsatisfiable`
 */
export async function checkAll(wanted, place, files, note) {
  const unable = {}
  const known = await digestsOf(place, files)
  for (const [on, servers] of Object.entries(wanted)) {
    const parts = known.filter((part) => part.on === on)
    for (const name of servers) {
      note(`${name}: checking its answers over the files in ${place[on]}`)
      const server = await startServer(name, place[on], place.scratch)
      for (const part of parts) await checkBytes(server, part)
      unable[name] ??= new Set()
      for (const gap of await gapsOf(server, parts[0])) unable[name].add(gap)
      await server.stop()
    }
  }
  return unable
}

/** Parts of the files, with the digests of their bytes. */
async function digestsOf(place, names) {
  const parts = names.flatMap((name) => {
    const file = FILES[name]
    const start = Math.floor(file.size / 3)
    const part = { ...file, start, end: Math.min(start + MIB, file.size) - 1 }
    return file.size > GIB ? [part] : [file, part]
  })
  for (const part of parts) {
    part.digest = await digestOf(createReadStream(fileOf(place, part), rangeOf(part)))
  }
  return parts
}

// A file that is not read in part is read whole.
const rangeOf = ({ start, end }) => (start === undefined ? {} : { start, end })

async function checkBytes({ name, port }, { path, size, start, end, digest }) {
  const headers = start === undefined ? {} : { range: `bytes=${start}-${end}` }
  const response = await ask(port, path, { headers })
  const what = `${name}, ${path} ${headers.range ?? ''}`
  const wanted =
    start === undefined
      ? { status: 200, range: undefined }
      : { status: 206, range: `bytes ${start}-${end}/${size}` }
  const received = { status: response.statusCode, range: response.headers['content-range'] }
  if (received.status !== wanted.status || received.range !== wanted.range) {
    throw new Error(
      `${what}: wanted ${JSON.stringify(wanted)}, received ${JSON.stringify(received)}`,
    )
  }
  if ((await digestOf(response)) !== digest) throw new Error(`${what}: these are wrong bytes`)
}

/** What a server does not answer as RFC 9110 has it (§15.4.5, §15.5.17). */
async function gapsOf({ port }, { path, size }) {
  const etag = await entityTagOf(port, path)
  const same = await ask(port, path, { headers: { 'if-none-match': etag ?? '""' } })
  const held = await buffer(same)
  const beyond = await ask(port, path, { headers: { range: `bytes=${size}-` } })
  await buffer(beyond)
  const gaps = []
  const isSame = same.statusCode === 304 && held.length === 0
  if (etag === undefined || !isSame) gaps.push('not-modified')
  const isBeyond = beyond.statusCode === 416
  if (!isBeyond || beyond.headers['content-range'] !== `bytes */${size}`) gaps.push('unsatisfiable')
  return gaps
}

/** The entity tag that a server gives a file; undefined if it gives none. */
export async function entityTagOf(port, path) {
  const { headers } = await ask(port, path, { method: 'HEAD' })
  return headers.etag
}

/** A request without the Cache-Control that `fetch` adds to conditions: some answer 200 to that. */
async function ask(port, path, options) {
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
