import { type BigIntStats, constants } from 'node:fs'
import { LastbyteError } from '../../errors.js'
import type { Opened, OpenRequest } from '../byte-source.js'
import type { AppendOnlyCheck } from './append-only.js'
import { type BufferPool, bufferPool } from './buffer-pool.js'
import type { DateStrength } from './date-history.js'
import { closeDescriptor, openDescriptor, readDescriptor } from './descriptor.js'
import type { DescriptorCache } from './descriptor-cache.js'
import type { FileCache } from './file-cache.js'
import { fileMetadata } from './file-metadata.js'
import { FileRepresentation } from './file-representation.js'
import { type FileRoot, realPathOf } from './file-root.js'
import { isTooLarge } from './file-version.js'
import { type FilesystemType, FilesystemTypes } from './filesystem-type.js'
import { judgeOpenError, openError, REFUSED } from './open-error.js'
import { OpenFile } from './open-file.js'
import type { LeaseFactory } from './read-lease.js'
import { type Settlement, type StatJudge, settledStat } from './settled-stat.js'
import { TimeGrains } from './time-grains.js'

/** Without O_NONBLOCK, opening a FIFO without a writer would block a thread of the pool for ever. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Options of a `FileOpener`. */
export interface FileOpenerOptions {
  readonly descriptors: DescriptorCache
  readonly dateStrength: DateStrength
  readonly judge: StatJudge
  /** Receives the facts of files on local storage; absent where facts are not cached. */
  readonly cache: FileCache | undefined
  readonly isAppendOnly: AppendOnlyCheck
  readonly leaseOf: LeaseFactory
}

/** A key in a root. */
interface Location {
  readonly root: FileRoot
  readonly key: string
  readonly path: string
  readonly keep: OpenRequest['keep']
}

/** Opens files of any number of roots. */
export class FileOpener {
  readonly #buffers: BufferPool = bufferPool()
  readonly #filesystems = new FilesystemTypes()
  readonly #grains = new TimeGrains()

  constructor(private readonly options: FileOpenerOptions) {}

  /** Opens a key in one root. @throws LastbyteError SOURCE_FAILED, SOURCE_BUSY; the signal's reason */
  async open(
    root: FileRoot,
    key: string,
    { beside, keep }: OpenRequest,
    signal: AbortSignal,
  ): Promise<Opened> {
    const { descriptors } = this.options
    const path = root.pathOf(key)
    if (path === undefined) return { kind: 'absent' }
    const use = (file: OpenFile) => this.#representationOf(file)
    await root.refresh()
    return descriptors.findOrOpen(root.idOf(key), use, async () => {
      if (beside !== undefined && descriptors.isAbsent(path, beside)) return { kind: 'absent' }
      const { realPath } = root
      const opened = await this.#openPath({ root, key, path, keep }, signal)
      // The path was opened in one folder and judged by the next, if the root was pointed at that meanwhile.
      const isMoved = opened === REFUSED.outside && root.realPath !== realPath
      return isMoved ? this.#openPath({ root, key, path, keep }, signal) : opened
    })
  }

  async #openPath(location: Location, signal: AbortSignal): Promise<Opened> {
    const { path } = location
    const descriptor = await openDescriptor(path, OPEN_FLAGS)
      .catch((error) => this.#retry(path, error))
      .catch(judgeOpenError)
    if (typeof descriptor !== 'number') return descriptor

    let opened: Opened | undefined
    try {
      opened = await this.#inspect(descriptor, location, signal)
      return opened
    } catch (error) {
      signal.throwIfAborted()
      throw error instanceof LastbyteError ? error : openError(error as Error)
    } finally {
      if (opened?.kind !== 'representation') await closeDescriptor(descriptor)
    }
  }

  /** Out of descriptors: closes those that are only cached, and opens once more. */
  #retry(path: string, error: NodeJS.ErrnoException): Promise<number> {
    if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error
    this.options.descriptors.clear()
    return openDescriptor(path, OPEN_FLAGS)
  }

  async #inspect(descriptor: number, location: Location, signal: AbortSignal): Promise<Opened> {
    const { root, path } = location
    const { stat, settlement } = await settledStat(descriptor, this.options.judge, signal)
    this.#grains.note(path, stat, this.options.judge.clock.now())
    const real = await realPathOf(descriptor, path)
    if (real === undefined || !(await root.contains(real))) return REFUSED.outside
    if (stat.isDirectory()) return { kind: 'directory' }
    if (path.endsWith('/')) return { kind: 'absent' }
    if (!stat.isFile()) return REFUSED.notRegular
    if (isTooLarge(stat)) return REFUSED.tooLarge
    const filesystem = await this.#filesystems.typeOf(path, stat.dev)
    if (await hasUnknownSize(descriptor, stat, filesystem)) return REFUSED.unknownSize
    const file = this.#openFile(descriptor, location, { stat, settlement, filesystem })
    return this.#representationOf(file.acquire())
  }

  /** Adds the file to the caches, unless it is not kept, or fresh: the next write may not show in its stat. */
  #openFile(descriptor: number, { root, key, path, keep }: Location, found: Found): OpenFile {
    const { stat: version, settlement, filesystem } = found
    const settled = settlement === 'settled'
    const { cache, descriptors, dateStrength, isAppendOnly, leaseOf } = this.options
    const isKept = settled && keep !== 'none'
    const age = settled ? 'settled' : 'fresh'
    const known = dateStrength(key, version)
    // Another machine may have sent the date of a version that this one has not seen.
    const strength = known ?? (filesystem === 'other' ? 'weak' : undefined)
    const facts = fileMetadata(path, version, age, strength)
    const cacheBytes =
      isKept && filesystem !== 'other' && cache !== undefined
        ? (bytes?: Buffer) => cache.put(key, { path, identity: version, facts, bytes })
        : () => {}
    const file = new OpenFile({
      path,
      descriptor,
      version,
      facts,
      filesystem,
      onContent: cacheBytes,
      isAppendOnly,
      stability: settlement === 'fresh' ? 'unproven' : 'proven',
      leaseOf,
    })
    cacheBytes()
    if (isKept) descriptors.put(root.idOf(key), file)
    return file
  }

  #representationOf(file: OpenFile): Opened {
    return { kind: 'representation', representation: new FileRepresentation(file, this.#buffers) }
  }
}

/** The facts of an open file that decide how it is served. */
interface Found {
  readonly stat: BigIntStats
  readonly settlement: Settlement
  readonly filesystem: FilesystemType
}

/** Whether a file reports no size and has content, as the files of /proc do: its length is not known. */
async function hasUnknownSize(
  descriptor: number,
  { size }: BigIntStats,
  filesystem: FilesystemType,
): Promise<boolean> {
  if (size > 0n || filesystem !== 'other') return false
  return (await readDescriptor(descriptor, Buffer.alloc(1), 0)) > 0
}
