import { statfsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'

/**
 * Filesystems of this machine's own disks and memory, by the magic numbers of statfs(2). They keep
 * what is needed to look at an open file's path in memory for as long as it is open, so such a look
 * waits for nobody. Others (NFS, SMB, FUSE, …) may ask a server, which may hang.
 */
const LOCAL = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // xfs
  0x9123683e, // btrfs
  0x794c7630, // overlayfs
  0x2fc12fc1, // zfs
  0xf2f52010, // f2fs
])

/** Those that keep the bytes themselves there too. */
const MEMORY = new Set([
  0x01021994, // tmpfs
  0x858458f6, // ramfs
])

/** Whether a file stands on this machine's own storage, or somebody else may have to be waited for. */
export type FilesystemType = 'memory' | 'local' | 'other'

/** Tells of devices where they are. */
export class FilesystemTypes {
  readonly #known = new Map<bigint, FilesystemType>()

  /** @param device `dev` of a stat of what stands under the path */
  async typeOf(path: string, device: bigint): Promise<FilesystemType> {
    const known = this.#known.get(device)
    if (known !== undefined) return known
    const facts = await statfs(path).catch(() => undefined)
    const place = placeBy(facts?.type)
    this.#known.set(device, place)
    return place
  }
}

/** Where a folder is that has been waited for already. */
export function filesystemTypeSync(folder: string): FilesystemType {
  try {
    return placeBy(statfsSync(folder).type)
  } catch {
    return 'other'
  }
}

function placeBy(type: number | undefined): FilesystemType {
  if (type === undefined || process.platform !== 'linux') return 'other'
  if (MEMORY.has(type)) return 'memory'
  return LOCAL.has(type) ? 'local' : 'other'
}
