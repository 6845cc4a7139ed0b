import type { TimeSlices } from '../async/time-slices.js'
import { LastbyteError } from '../errors.js'
import { type ByteSource, closeOpened, type Opened } from '../source/byte-source.js'
import type { Entry } from '../source/entry.js'
import type { Facts } from '../source/representation.js'
import { compareUtf8 } from './compare-utf8.js'
import { MemberIndex } from './member-index.js'
import { asFolder, type Selection, withoutNested } from './selection.js'

/** What an archive may have. */
export interface ArchiveLimits {
  readonly maxMembers: number
  /** Bytes of all members together. */
  readonly maxBytes: number
}

/** How members are found. */
export interface Collecting extends ArchiveLimits {
  readonly source: ByteSource
  readonly signal: AbortSignal
  /** Whether the client may have a file, or see a folder without any, by its key. */
  readonly isPermitted: (key: string) => boolean
  readonly slices: TimeSlices
}

/** `absent`: a selection leads to nothing that may be sent. `refused`: there is more than the limits permit. */
export type Collected =
  | { readonly kind: 'members'; readonly members: MemberIndex }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly reason: string }

/** Members that are opened at the same time, for facts that a listing does not have. */
const OPENED_AT_ONCE = 8
const FILE_MODE = 0o644
const FOLDER_MODE = 0o755
const PERMISSIONS = 0o777

/**
 * The members of an archive, in the order of the bytes of their names: the selected files, and all files below the
 * selected folders that a listing shows. A folder is a member where it has none.
 *
 * @throws LastbyteError BAD_SETTING for selections with the same name in the archive; errors of the source; the
 *   signal's reason
 */
export async function collectMembers(
  selections: readonly Selection[],
  collecting: Collecting,
): Promise<Collected> {
  const collector = new Collector(collecting)
  const found: FoundSelection[] = []
  for (const selection of selections) {
    await collecting.slices.next()
    const one = await collector.find(selection)
    if (one === undefined) return { kind: 'absent' }
    found.push(one)
  }
  const sorted = await collecting.slices.sorted(found, (a, b) => compareUtf8(a.name, b.name))
  for (const one of withoutNested(sorted)) await collector.add(one)
  const { excess, members } = collector
  return excess === undefined ? { kind: 'members', members } : { kind: 'refused', reason: excess }
}

/** A selection that exists; `facts` are those of a file. */
interface FoundSelection extends Selection {
  readonly facts: Described | undefined
}

class Collector {
  readonly members = new MemberIndex()
  /** Which limit is exceeded. */
  excess: string | undefined
  #bytes = 0
  #folders = 0

  constructor(private readonly collecting: Collecting) {}

  /** undefined: the client may not have it, or there is none. */
  async find({ key, name }: Selection): Promise<FoundSelection | undefined> {
    const { source, isPermitted } = this.collecting
    const found = await this.#open(key)
    if (found === undefined || found === 'no file') return undefined
    if (found === 'folder') {
      const folder = { key: asFolder(key), name: asFolder(name), facts: undefined }
      return source.list !== undefined && isPermitted(folder.key) ? folder : undefined
    }
    return isPermitted(key) ? { key, name, facts: found } : undefined
  }

  async add({ key, name, facts }: FoundSelection): Promise<void> {
    if (this.excess !== undefined) return
    if (facts !== undefined) this.#addFile(key, name, facts)
    else await this.#addFolder({ key, name, ancestors: [], lastModified: 0 })
  }

  async #addFolder(folder: Folder): Promise<void> {
    const { slices, maxMembers } = this.collecting
    this.#folders += 1
    if (this.#folders > maxMembers) this.#exceed('folders')
    if (this.excess !== undefined) return
    const { key, name, ancestors } = folder
    const { isEmpty, wanted } = await this.#list(folder)
    const entries = await slices.sorted(wanted, (one, other) =>
      compareUtf8(pathOf(one), pathOf(other)),
    )
    if (isEmpty && name !== '') this.#addEmpty(folder)
    for (let start = 0; start < entries.length && this.excess === undefined; ) {
      await slices.next()
      const run = runOf(entries, start)
      start += run.length
      const [first] = run
      if (first?.kind === 'directory') {
        const { folderId, lastModified } = first
        const inner = folderId === undefined ? ancestors : [...ancestors, folderId]
        const path = pathOf(first)
        await this.#addFolder({
          key: key + path,
          name: name + path,
          ancestors: inner,
          lastModified,
        })
      } else {
        await this.#addFiles(run, folder)
      }
    }
  }

  /**
   * The entries of a folder. A source need not list more than the limit permits; where some of these are not wanted,
   * more of them are listed.
   */
  async #list(folder: Folder): Promise<{ isEmpty: boolean; wanted: Entry[] }> {
    const { source, signal, maxMembers } = this.collecting
    const left = maxMembers - this.members.count
    for (let most = left + 1; ; most *= 4) {
      const found = (await source.list?.(folder.key, signal, undefined, most)) ?? []
      const wanted = found.filter((entry) => this.#isWanted(entry, folder))
      const isComplete = found.length < most
      if (isComplete || wanted.filter(({ kind }) => kind === 'file').length > left) {
        return { isEmpty: found.length === 0, wanted }
      }
    }
  }

  #isWanted({ kind, name, folderId }: Entry, { key, ancestors }: Folder): boolean {
    if (kind === 'file') return this.collecting.isPermitted(key + name)
    // A symbolic link to a folder that it lies in.
    return folderId === undefined || !ancestors.includes(folderId)
  }

  async #addFiles(entries: readonly Entry[], { key, name }: Folder): Promise<void> {
    const described = await Promise.all(entries.map((entry) => this.#describe(entry, key)))
    for (const [index, entry] of entries.entries()) {
      const facts = described[index]
      if (facts !== undefined) this.#addFile(key + entry.name, name + entry.name, facts)
    }
  }

  /**
   * The facts of a file, which is opened where the listing does not have them. undefined: it is gone.
   *
   * @throws LastbyteError SOURCE_FAILED where its bytes can't be known: an archive without it would look complete
   */
  async #describe(entry: Entry, folder: string): Promise<Described | undefined> {
    const { etag, size, lastModified, mode } = entry
    if (etag !== undefined) return { etag, size, lastModified, mode }
    const key = folder + entry.name
    const found = await this.#open(key)
    if (found !== 'no file') return found === 'folder' ? undefined : found
    const message = `Cannot add "${key}" to an archive: expected a file with a length from the source`
    throw new LastbyteError('SOURCE_FAILED', message, { key })
  }

  /** `no file`: another server sends an error, or something of an unknown length. undefined: there is nothing. */
  async #open(key: string): Promise<Described | 'folder' | 'no file' | undefined> {
    const { source, signal } = this.collecting
    const opened = await source.open(key, { method: 'HEAD', keep: 'none' }, signal)
    if (opened.kind === 'directory') return 'folder'
    const found = opened.kind === 'answered' ? 'no file' : describe(opened)
    const isPage = found !== undefined && (found !== 'no file' || isSuccess(opened))
    await closeOpened(opened)
    // Another server sends a page for a folder.
    return isPage && (key === '' || key.endsWith('/')) ? 'folder' : found
  }

  #addFile(key: string, name: string, { etag, size, lastModified = 0, mode }: Described): void {
    this.#bytes += size
    if (this.members.count >= this.collecting.maxMembers) this.#exceed('files')
    if (this.#bytes > this.collecting.maxBytes) this.#exceed('bytes')
    if (this.excess !== undefined) return
    const permissions = (mode ?? FILE_MODE) & PERMISSIONS
    this.members.add({ name, kind: 'file', key, etag, size, lastModified, mode: permissions })
  }

  #addEmpty({ key, name, lastModified }: Folder): void {
    if (!this.collecting.isPermitted(key)) return
    if (this.members.count >= this.collecting.maxMembers) this.#exceed('files')
    else this.members.add({ name, kind: 'folder', size: 0, lastModified, mode: FOLDER_MODE })
  }

  #exceed(what: 'files' | 'folders' | 'bytes'): void {
    const { maxMembers, maxBytes } = this.collecting
    const most = what === 'bytes' ? maxBytes : maxMembers
    this.excess ??= `An archive may have at most ${most} ${what}; this one would have more.`
  }
}

/** A folder that is read. */
interface Folder extends Selection {
  /** What tells the folders that it lies in from others, itself included. */
  readonly ancestors: readonly string[]
  /** ms since the epoch. */
  readonly lastModified: number
}

type Described = Pick<Entry, 'mode'> & Pick<Facts, 'size' | 'etag' | 'lastModified'>

function describe(opened: Opened): Described | undefined {
  if (opened.kind !== 'representation') return undefined
  const { facts, file } = opened.representation
  const { etag, size, lastModified } = facts
  return { etag, size, lastModified, mode: file?.stat.mode }
}

function isSuccess(opened: Opened): boolean {
  return opened.kind === 'answered' && opened.answer.status === 200
}

/** The path of an entry within its folder. */
function pathOf({ kind, name }: Entry): string {
  return kind === 'directory' ? `${name}/` : name
}

/** One folder, or files that are next to each other. */
function runOf(entries: readonly Entry[], start: number): readonly Entry[] {
  const isFile = (index: number) => entries[index]?.kind === 'file'
  let end = start + 1
  if (isFile(start)) while (end < start + OPENED_AT_ONCE && isFile(end)) end += 1
  return entries.slice(start, end)
}
