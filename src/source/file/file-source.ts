import { type BigIntStats, constants } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { LastbyteError } from '../../errors.js'
import type { ByteSource, Entry, Opened, OpenRequest } from '../byte-source.js'
import { bufferPool } from './buffer-pool.js'
import { closeDescriptor, openDescriptor, statDescriptor } from './descriptor.js'
import { DescriptorCache } from './descriptor-cache.js'
import { FileCache } from './file-cache.js'
import { listFolder } from './file-listing.js'
import { fileMetadata } from './file-metadata.js'
import { FileRepresentation } from './file-representation.js'
import {
  contains,
  type Dotfiles,
  hasDotfile,
  idOf,
  pathOf,
  realPathOf,
  realRoot,
} from './file-root.js'
import { CLOCK_GRAIN, isFresh } from './file-version.js'
import { FilesystemTypes } from './filesystem-type.js'
import { OpenFile } from './open-file.js'

export interface FileSourceOptions {
  /** Folders, asked in turn. */
  readonly roots: readonly string[]
  readonly dotfiles: Dotfiles
  /** The time in ms; another clock in tests. */
  readonly now?: () => number
}

/** Without O_NONBLOCK a FIFO without a writer would hold a thread of the pool for ever. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** How often a file with a fresh ctime is looked at again before it goes out without a validator. */
const MOST_LOOKS = 5

/** Open files of the whole process, so that their number has one bound. */
const files = new DescriptorCache()

/** Where a key leads in a root. */
interface Spot {
  readonly root: string
  readonly path: string
  readonly id: string
}

const REFUSED_OUTSIDE = {
  kind: 'refused',
  reason: 'The path leads out of the served folder.',
} as const
const REFUSED_KIND = { kind: 'refused', reason: 'Only regular files are served.' } as const
const REFUSED_DOTFILE = {
  kind: 'refused',
  reason: 'Names that start with a dot are not served.',
} as const
const REFUSED_ACCESS = { kind: 'refused', reason: 'The file may not be read.' } as const

/** A folder, or several of which the first that has the key gives it. @throws LastbyteError BAD_SETTING */
export function fileSource({ roots, dotfiles, now = Date.now }: FileSourceOptions): ByteSource {
  const reals = new Map(roots.map((root) => [root, realRoot(root)]))
  const buffers = bufferPool()
  const [onlyRoot, ...more] = roots
  const known = onlyRoot !== undefined && more.length === 0 ? new FileCache(onlyRoot) : undefined
  const filesystems = new FilesystemTypes()

  async function openIn(
    root: string,
    key: string,
    { beside }: OpenRequest,
    signal: AbortSignal,
  ): Promise<Opened> {
    const path = pathOf(root, key)
    if (path === undefined) return { kind: 'absent' }
    const spot = { root, path, id: idOf(root, key) }
    return files.findOrOpen(spot.id, representationOf, async () => {
      const isAbsent = beside !== undefined && files.knowsAbsent(path, beside)
      return isAbsent ? { kind: 'absent' } : openAnew(spot, signal)
    })
  }

  async function openAnew(spot: Spot, signal: AbortSignal): Promise<Opened> {
    const { path } = spot
    const descriptor = await openDescriptor(path, OPEN_FLAGS)
      .catch((error) => openAgain(path, error))
      .catch(judgeOpenError)
    if (typeof descriptor !== 'number') return descriptor

    let opened: Opened | undefined
    try {
      opened = await judge(descriptor, spot, signal)
      return opened
    } finally {
      if (opened?.kind !== 'representation') await closeDescriptor(descriptor)
    }
  }

  async function judge(
    descriptor: number,
    { root, path, id }: Spot,
    signal: AbortSignal,
  ): Promise<Opened> {
    const { stat, settled } = await settledStat(descriptor, signal)
    const real = await realPathOf(descriptor, path)
    if (real === undefined || !(await isWithin(root, real))) return REFUSED_OUTSIDE
    if (stat.isDirectory()) return { kind: 'directory' }
    if (path.endsWith('/')) return { kind: 'absent' }
    if (!stat.isFile()) return REFUSED_KIND
    const facts = fileMetadata(path, stat, settled ? 'settled' : 'fresh')
    const place = await filesystems.typeOf(path, stat.dev)
    const isKnown = settled && place !== 'other'
    const keep = (bytes?: Buffer) => void (isKnown && known?.keep(path, stat, facts, bytes))
    const file = new OpenFile(path, descriptor, stat, facts, place, keep)
    keep()
    if (settled) files.keep(id, file)
    return representationOf(file.hold())
  }

  /** Out of descriptors: those that are only held for the next request go first. */
  function openAgain(path: string, error: NodeJS.ErrnoException): Promise<number> {
    if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error
    files.clear()
    return openDescriptor(path, OPEN_FLAGS)
  }

  function representationOf(file: OpenFile): Opened {
    return { kind: 'representation', representation: new FileRepresentation(file, buffers) }
  }

  /**
   * A second write in the tick of the first would leave the ctime as it is: wait that tick out. The
   * time is taken before the look, so that a write right after the look can't hide behind it.
   */
  async function settledStat(
    descriptor: number,
    signal: AbortSignal,
  ): Promise<{ stat: BigIntStats; settled: boolean }> {
    for (let looks = 1; ; looks += 1) {
      const at = now()
      const stat = await statDescriptor(descriptor)
      const settled = !stat.isFile() || !isFresh(stat, at)
      if (settled || looks === MOST_LOOKS) return { stat, settled }
      await wait(CLOCK_GRAIN, undefined, { signal })
    }
  }

  /** A root that is a symlink may have been pointed elsewhere since the start, as deployments do. */
  async function isWithin(root: string, path: string): Promise<boolean> {
    if (contains(reals.get(root) ?? root, path)) return true
    const real = await realpath(root)
    reals.set(root, real)
    return contains(real, path)
  }

  return {
    async open(key, request, signal) {
      if (dotfiles !== 'allow' && hasDotfile(key)) {
        return dotfiles === 'deny' ? REFUSED_DOTFILE : { kind: 'absent' }
      }
      let found: Opened = { kind: 'absent' }
      for (const root of roots) {
        found = await openIn(root, key, request, signal)
        if (found.kind !== 'absent') break
      }
      return found
    },

    cached(key) {
      if (onlyRoot === undefined || (dotfiles !== 'allow' && hasDotfile(key))) return undefined
      const path = pathOf(onlyRoot, key)
      return path === undefined ? undefined : known?.find(path, key)
    },

    async list(key, signal) {
      const entries = new Map<string, Entry>()
      for (const root of roots) {
        const path = pathOf(root, key)
        if (path === undefined) continue
        for (const entry of await listFolder(path, (real) => isWithin(root, real), signal)) {
          const hidden = dotfiles !== 'allow' && hasDotfile(key + entry.name)
          if (!hidden && !entries.has(entry.name)) entries.set(entry.name, entry)
        }
      }
      return [...entries.values()]
    },
  }
}

/** What an error of open(2) says of the key; one that says nothing of it is the source's failure. */
function judgeOpenError(error: NodeJS.ErrnoException): Opened {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return { kind: 'absent' }
    case 'EACCES':
    case 'EPERM':
      return REFUSED_ACCESS
    case 'ELOOP':
      return REFUSED_OUTSIDE
    case 'ENXIO':
    case 'EOPNOTSUPP':
      return REFUSED_KIND
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOMEM':
      throw new LastbyteError(
        'SOURCE_BUSY',
        `Cannot open file: ${error.message}`,
        {},
        { cause: error },
      )
    default:
      throw new LastbyteError(
        'SOURCE_FAILED',
        `Cannot open file: ${error.message}`,
        {},
        { cause: error },
      )
  }
}
