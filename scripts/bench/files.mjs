import { createHash, randomBytes } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  statfsSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const KIB = 1024
export const MIB = 1024 * KIB
export const GIB = 1024 * MIB

export const LARGE = { path: '/large.bin', size: GIB }
const SMALL = { path: '/small.bin', size: 4 * KIB }

/** `warmUp`: rounds before the first that counts; V8 compiles many short calls late. */
export const WORKLOADS = {
  whole: { title: 'Whole file of 1 GiB', connections: 8, ...LARGE, warmUp: 1 },
  ranges: { title: 'Random ranges of 1 MiB', connections: 32, ...LARGE, slice: MIB, warmUp: 1 },
  small: { title: 'File of 4 KiB', connections: 32, ...SMALL, small: true, warmUp: 4 },
}

/** A temporary folder with the files in `files`: in memory where there is room. */
export function makeFolder() {
  const base = ['/dev/shm', tmpdir()].find((folder) => roomIn(folder) > 1.5 * GIB)
  if (base === undefined) throw new Error('There is no room for 1.5 GiB of temporary files')
  const folder = mkdtempSync(join(base, 'lastbyte-bench-'))
  // nginx's worker may run as another user.
  chmodSync(folder, 0o755)
  return folder
}

export function makeFiles(folder) {
  const files = join(folder, 'files')
  mkdirSync(files)
  for (const { path, size } of [LARGE, SMALL]) {
    for (let made = 0; made < size; made += 16 * MIB) {
      appendFileSync(join(files, path), randomBytes(Math.min(size - made, 16 * MIB)))
    }
  }
  return files
}

/** Parts of the files, with the digests of their bytes. */
export async function partsOf(files) {
  const start = 123_456_789
  const parts = [
    { path: SMALL.path },
    { path: LARGE.path, start, end: start + MIB - 1 },
    { path: LARGE.path },
  ]
  for (const part of parts) {
    part.digest = await digestOf(createReadStream(join(files, part.path), part))
  }
  return parts
}

/** Makes sure that a server gives the bytes of the files. */
export async function checkServer({ name, port }, parts) {
  for (const { path, start, end, digest } of parts) {
    const headers = start === undefined ? {} : { range: `bytes=${start}-${end}` }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
    if ((await digestOf(response.body)) !== digest) {
      throw new Error(`${name} gives wrong bytes of ${path} ${headers.range ?? ''}`)
    }
  }
}

async function digestOf(chunks) {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}

function roomIn(folder) {
  if (!existsSync(folder)) return 0
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
