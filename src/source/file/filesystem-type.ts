import { statfsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'

/**
 * Magic numbers of statfs(2) for file systems on local disks. They keep the directory entries and inodes
 * of open files in memory, so a stat of such a path does not block. NFS, SMB and FUSE may need a
 * request to a server, which may hang.
 */
const ON_DISK: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // xfs
  0x9123683e, // btrfs
  0x794c7630, // overlayfs
  0x2fc12fc1, // zfs
  0xf2f52010, // f2fs
])

/** Magic numbers for file systems that keep file contents in memory too. */
const IN_MEMORY: ReadonlySet<number> = new Set([
  0x01021994, // tmpfs
  0x858458f6, // ramfs
])

/**
 * Whether calls on a file can block: `memory` and `local` answer a stat from memory, and `memory` a read
 * too; `other` may block (network file systems, FUSE, unknown types, systems other than Linux).
 */
export type FilesystemType = 'memory' | 'local' | 'other'

/** File system types by device. The number of entries is bounded by the number of mounted devices. */
export class FilesystemTypes {
  readonly #byDevice = new Map<bigint, FilesystemType>()

  /** @param device `dev` of the stat of `path` */
  async typeOf(path: string, device: bigint): Promise<FilesystemType> {
    const known = this.#byDevice.get(device)
    if (known !== undefined) return known
    const stat = await statfs(path).catch(() => undefined)
    const type = typeByMagic(stat?.type)
    this.#byDevice.set(device, type)
    return type
  }
}

/** Blocks the event loop: only at the start of a source. */
export function filesystemTypeSync(path: string): FilesystemType {
  try {
    return typeByMagic(statfsSync(path).type)
  } catch {
    return 'other'
  }
}

/** @param magic undefined where statfs failed */
export function typeByMagic(
  magic: number | undefined,
  platform: NodeJS.Platform = process.platform,
): FilesystemType {
  if (magic === undefined || platform !== 'linux') return 'other'
  if (IN_MEMORY.has(magic)) return 'memory'
  return ON_DISK.has(magic) ? 'local' : 'other'
}
