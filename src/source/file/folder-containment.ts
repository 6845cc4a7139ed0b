import { CONTAINMENT_TTL } from './descriptor-cache.js'
import type { FileProbe } from './file-probe.js'

/** Folders that are remembered; then all are forgotten. */
const MOST_FOLDERS = 4_096

/** A folder of a root, and when it was last verified to lie within the root, in ms. */
export interface ContainedFolder {
  readonly key: string
  containedAt: number
}

/**
 * Verifies for all files of a folder at once that its path leads out of the root nowhere. A file in it that is no link
 * lies within the root then.
 */
export class FolderContainment {
  readonly #folders = new Map<string, ContainedFolder>()

  constructor(private readonly probe: Pick<FileProbe, 'isFolderWithinRoot'>) {}

  /** The folder of a file. @param key of the file */
  folderOf(key: string): ContainedFolder {
    const end = key.lastIndexOf('/')
    const folderKey = end < 0 ? '.' : key.slice(0, end)
    let folder = this.#folders.get(folderKey)
    if (folder === undefined) {
      if (this.#folders.size >= MOST_FOLDERS) this.#folders.clear()
      folder = { key: folderKey, containedAt: Number.NEGATIVE_INFINITY }
      this.#folders.set(folderKey, folder)
    }
    return folder
  }

  /** Verifies a folder. @param now ms */
  verify(folder: ContainedFolder, now: number): boolean {
    if (!this.probe.isFolderWithinRoot(folder.key)) return false
    folder.containedAt = now
    return true
  }

  /** Verifies all folders again: the root may be another one. */
  forget(): void {
    for (const folder of this.#folders.values()) folder.containedAt = Number.NEGATIVE_INFINITY
    this.#folders.clear()
  }
}

/** Whether a folder was verified a short time ago. */
export function isVerified({ containedAt }: ContainedFolder, now: number): boolean {
  return now - containedAt <= CONTAINMENT_TTL
}
