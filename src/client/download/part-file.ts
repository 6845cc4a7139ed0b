import { type FileHandle, rm } from 'node:fs/promises'
import type { LastbyteError } from '../../errors.js'
import type { Slice } from '../../http/byte-range.js'
import { diskOperation } from './disk-operation.js'
import { identityOf } from './file-identity.js'
import { requireInPlace, requireRenamed } from './in-place.js'
import type { DownloadLock } from './lock.js'
import { openPart } from './open-part.js'
import { replaceFile } from './replace-file.js'
import { newRun } from './run.js'
import { createSidecar, readRunId, removeSidecar, replaceSidecar } from './sidecar.js'
import type { Sidecar, SizedVersion } from './sidecar-format.js'
import { addSlice, bytesIn } from './slice-set.js'
import { partOf, sidecarOf, syncFolderOf } from './target-path.js'
import { writeChunks } from './write-chunks.js'

const UNLOCKED: PartLock = { add: async () => {}, space: 'this process' }

type PartLock = Pick<DownloadLock, 'add' | 'space'>

/**
 * The bytes of an incomplete download in FILE.part, and the record of them in the sidecar
 * FILE.part.json. FILE itself exists only when it is complete.
 *
 * Each method throws LastbyteError DISK_FAILED when the file system fails.
 */
export class PartFile {
  #slices: readonly Slice[]
  /** Bytes in the slices when the last checkpoint began, and when the sidecar was last written. */
  #checkpointed: number
  #recorded: number
  /** The last checkpoint. Each one waits for the one before it. */
  #checkpoint: Promise<void> = Promise.resolve()
  /**
   * A failed sync. After it the kernel may drop the pages and report success for the next sync, so
   * none of these bytes may be recorded any more.
   */
  #syncError: LastbyteError | undefined
  /** Whether there are neither bytes nor a sidecar, so that a reset has nothing to do. */
  #isEmpty: boolean
  #isOpen = true

  private constructor(
    private readonly target: string,
    private readonly url: string,
    private readonly space: string | undefined,
    private readonly file: FileHandle,
    private sidecar: Sidecar | undefined,
  ) {
    this.#slices = sidecar?.slices ?? []
    this.#checkpointed = this.bytes
    this.#recorded = this.bytes
    this.#isEmpty = sidecar === undefined
  }

  /** Opens the part file of a target, as `openPart` does. `lock`: absent where nothing else may write it. */
  static async open(target: string, url: string, lock: PartLock = UNLOCKED): Promise<PartFile> {
    const { file, sidecar } = await openPart(target, url, lock)
    return new PartFile(target, url, lock.space, file, sidecar)
  }

  /** The version that the bytes belong to; undefined if a later run can't resume them. */
  get version(): SizedVersion | undefined {
    return this.sidecar?.version
  }

  /** The slices that have been written, by earlier runs too. */
  get slices(): readonly Slice[] {
    return this.#slices
  }

  /** Of the open file. */
  get descriptor(): number {
    return this.file.fd
  }

  /** Bytes in the slices. */
  get bytes(): number {
    return bytesIn(this.#slices)
  }

  /** Drops all bytes and the record of their version. The sidecar goes first: it must never describe other bytes. */
  async reset(): Promise<void> {
    await this.#checkpoint.catch(() => {})
    this.#slices = []
    this.#checkpointed = 0
    this.#recorded = 0
    this.#checkpoint = Promise.resolve()
    this.#syncError = undefined
    this.sidecar = undefined
    if (this.#isEmpty) return
    await this.#requireInPlace()
    await removeSidecar(sidecarOf(this.target))
    await diskOperation('truncate', this.#path, this.file.truncate(0))
    this.#isEmpty = true
  }

  /** Records the version of the bytes that follow. The part file must be empty. */
  async record(version: SizedVersion): Promise<void> {
    this.#isEmpty = false
    const sidecar = { url: this.url, version, slices: [], run: newRun(this.space) }
    this.sidecar = sidecar
    await this.#writeInPlace(() => createSidecar(sidecarOf(this.target), sidecar))
  }

  async write(chunks: readonly Uint8Array[], position: number): Promise<void> {
    this.#isEmpty = false
    const writing = writeChunks(this.file, chunks, position, (start, end) => {
      this.#slices = addSlice(this.#slices, { start, end })
    })
    await diskOperation('write', this.#path, writing)
  }

  /** Syncs the bytes and records them in the sidecar, if more than `minimum` bytes are not recorded. */
  async checkpoint(minimum: number): Promise<void> {
    this.checkpointBehind(minimum)
    return this.#checkpoint
  }

  /**
   * Begins such a checkpoint, so that bytes are received while the disk writes. A promise for the one before it, which
   * is to be waited for: bytes of two checkpoints at most are not recorded.
   */
  checkpointBehind(minimum: number): Promise<void> | undefined {
    const { bytes } = this
    if (bytes - this.#checkpointed <= minimum) return undefined
    const previous = this.#checkpoint
    this.#checkpointed = bytes
    this.#checkpoint = previous.then(() => this.#syncAndRecord())
    // The next checkpoint, or `finish`, throws its error.
    this.#checkpoint.catch(() => {})
    return previous
  }

  /** Reads bytes back; 0 at the end of the file. */
  async read(buffer: Uint8Array, position: number): Promise<number> {
    const reading = this.file.read(buffer, 0, buffer.length, position)
    return (await diskOperation('read', this.#path, reading)).bytesRead
  }

  /** Renames the complete file to its target. From then on no failure can fail the download. */
  async finish(): Promise<void> {
    // A sidecar that could not be written doesn't matter any more; a sync that failed does.
    await this.#checkpoint.catch(() => {})
    if (this.#syncError !== undefined) throw this.#syncError
    await this.#sync(this.file.sync())
    await this.#requireInPlace()
    const identity = await identityOf(this.file)
    try {
      await this.#close()
      await replaceFile(this.#path, this.target)
    } catch (error) {
      // All bytes are synced: with a full record the next run has only the rename left to do.
      const found = await readRunId(sidecarOf(this.target))
      const isOwn = found === 'absent' || found?.id === this.#run
      if (isOwn) await this.#replaceSidecar(this.#slices).catch(() => {})
      throw error
    }
    await requireRenamed(identity, this.target, this.#run)
    await removeSidecar(sidecarOf(this.target)).catch(() => {})
    await syncFolderOf(this.target).catch(() => {})
  }

  /** Closes the part file and keeps it for a later run; removes it if no run could resume it. */
  async suspend(): Promise<void> {
    if (!this.#isOpen) return
    if (this.bytes === 0 || this.sidecar === undefined) return this.#discard()
    try {
      await this.#checkpoint.catch(() => {})
      if (this.#recorded !== this.bytes) await this.#syncAndRecord()
    } finally {
      await this.#close()
    }
  }

  async #discard(): Promise<void> {
    await this.#requireInPlace().finally(() => this.#close().catch(() => {}))
    await diskOperation('remove', this.#path, rm(this.#path, { force: true }))
    await removeSidecar(sidecarOf(this.target))
  }

  async #syncAndRecord(): Promise<void> {
    if (this.sidecar === undefined || this.#syncError !== undefined) return
    // Slices that are written during the sync are not covered by it.
    const slices = this.#slices
    await this.#sync(this.file.datasync())
    await this.#writeInPlace(() => this.#replaceSidecar(slices))
  }

  /** Writes the sidecar, and removes it again if another run has taken over in between: it has other bytes. */
  async #writeInPlace(write: () => Promise<void>): Promise<void> {
    await this.#requireInPlace()
    try {
      await write()
    } finally {
      await this.#requireInPlace().catch(async (error) => {
        const found = await readRunId(sidecarOf(this.target))
        if (found !== 'absent' && found?.id === this.#run) {
          await removeSidecar(sidecarOf(this.target))
        }
        throw error
      })
    }
  }

  async #replaceSidecar(slices: readonly Slice[]): Promise<void> {
    if (this.sidecar === undefined) return
    await replaceSidecar(sidecarOf(this.target), { ...this.sidecar, slices })
    this.#recorded = bytesIn(slices)
  }

  async #sync(syncing: Promise<void>): Promise<void> {
    try {
      await diskOperation('sync', this.#path, syncing)
    } catch (error) {
      this.#syncError = error as LastbyteError
      throw error
    }
  }

  async #close(): Promise<void> {
    this.#isOpen = false
    await diskOperation('close', this.#path, this.file.close())
  }

  /** @throws LastbyteError IN_USE, DISK_FAILED */
  #requireInPlace(): Promise<void> {
    return requireInPlace(this.file, this.target, this.#run)
  }

  get #run(): string | undefined {
    return this.sidecar?.run?.id
  }

  get #path(): string {
    return partOf(this.target)
  }
}
