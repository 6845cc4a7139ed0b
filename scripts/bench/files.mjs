import { randomBytes } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { interruption } from './processes.mjs'

export const KIB = 1024
export const MIB = 1024 * KIB
export const GIB = 1024 * MIB

/** Bytes of free space that the files and downloads on a disk need. */
const DISK_SPACE = 4 * GIB
const TMPFS = 0x01021994
/** The number of files /many/000/000.bin, /many/000/001.bin, … */
export const MANY = 100_000

/**
 * The files of the workloads. `on`: the folder of the file, in memory or on a disk. `crowd` is a second
 * folder in memory: sirv lists its folder when it starts, so the many files would slow down every
 * workload. `holes`: a sparse file. `times`: the number of such files.
 */
export const FILES = {
  large: { on: 'memory', path: '/large.bin', size: GIB },
  sixteen: { on: 'memory', path: '/sixteen.bin', size: 16 * MIB },
  mib: { on: 'memory', path: '/mib.bin', size: MIB },
  hundred: { on: 'memory', path: '/hundred.bin', size: 100 * KIB },
  small: { on: 'memory', path: '/small.bin', size: 4 * KIB },
  tiny: { on: 'memory', path: '/tiny.bin', size: 64 },
  many: { on: 'crowd', path: '/many/000/000.bin', size: 4 * KIB, times: MANY },
  'holes-1-mib': { on: 'crowd', path: '/holes-1-mib.bin', size: MIB, holes: true },
  'holes-1-gib': { on: 'crowd', path: '/holes-1-gib.bin', size: GIB, holes: true },
  'holes-100-gib': { on: 'crowd', path: '/holes-100-gib.bin', size: 100 * GIB, holes: true },
  'holes-10-gib': { on: 'disk', path: '/holes-10-gib.bin', size: 10 * GIB, holes: true },
  cold: { on: 'disk', path: '/cold.bin', size: 2 * GIB },
  'small-on-disk': { on: 'disk', path: '/small.bin', size: 4 * KIB },
}

/**
 * Creates temporary folders: `memory`, `crowd` and `disk` for files, `scratch` for output of servers and
 * clients. `disk` is undefined if no disk has enough free space.
 */
export function makePlace() {
  const inMemory = ['/dev/shm', tmpdir()].find((folder) => freeSpace(folder) > 4 * GIB)
  if (inMemory === undefined)
    throw new Error(
      'Cannot create files: expected 4 GiB of free space in /dev/shm or the temporary folder',
    )
  const onDisk = [tmpdir(), '/var/tmp'].find(
    (folder) => !isMemory(folder) && freeSpace(folder) > DISK_SPACE,
  )
  const created = []
  const create = (base, name) => {
    const folder = mkdtempSync(join(base, 'lastbyte-bench-'))
    created.push(folder)
    // nginx's worker may run as another user.
    chmodSync(folder, 0o755)
    mkdirSync(join(folder, name))
    return join(folder, name)
  }
  const memory = create(inMemory, 'files')
  return {
    memory,
    crowd: create(inMemory, 'files'),
    disk: onDisk === undefined ? undefined : create(onDisk, 'files'),
    scratch: dirname(memory),
    remove: () => {
      for (const folder of created) rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function fileOf(place, { on, path }) {
  return join(place[on], path)
}

/** Creates the files with these names, with random bytes. */
export async function makeFiles(place, names) {
  for (const name of names) {
    const file = FILES[name]
    if (file.times === undefined) await makeFile(fileOf(place, file), file)
    else await makeMany(place[file.on], file)
  }
}

async function makeFile(file, { size, holes }) {
  writeFileSync(file, '')
  if (holes) {
    truncateSync(file, size)
    return
  }
  for (let written = 0; written < size; written += 16 * MIB) {
    appendFileSync(file, randomBytes(Math.min(size - written, 16 * MIB)))
    await yieldToSignals()
  }
}

async function makeMany(folder, { size, times }) {
  for (let index = 0; index < times; index += 1) {
    const [group, name] = [Math.floor(index / 1000), index % 1000].map((n) =>
      String(n).padStart(3, '0'),
    )
    if (name === '000') {
      mkdirSync(join(folder, 'many', group), { recursive: true })
      await yieldToSignals()
    }
    writeFileSync(join(folder, 'many', group, `${name}.bin`), randomBytes(size))
  }
}

/** Lets the process handle a signal between two large writes. */
async function yieldToSignals() {
  await new Promise(setImmediate)
  interruption.throwIfAborted()
}

function isMemory(folder) {
  return existsSync(folder) && statfsSync(folder).type === TMPFS
}

function freeSpace(folder) {
  if (!existsSync(folder)) return 0
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
