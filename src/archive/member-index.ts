import { createHash } from 'node:crypto'
import { TextTable } from './text-table.js'
import { centralLength, endLength, localLengths, type ZipMember } from './zip-records.js'

/** A member, and where its bytes come from. */
export interface ArchiveMember {
  /** The path in the archive; with a slash at its end for a folder. */
  readonly name: string
  readonly kind: 'file' | 'folder'
  /** The key of the source; absent for a folder. */
  readonly key?: string
  /** The entity tag of the version; absent for a folder, and where versions cannot be told apart. */
  readonly etag?: string | undefined
  readonly size: number
  /** ms since the epoch. */
  readonly lastModified: number
  /** Permission bits. */
  readonly mode: number
}

/** The version of the layout: part of the entity tag, so that other bytes have another one. */
const LAYOUT = 'lastbyte zip 1'

/** Where the records of an archive are. */
export interface Places {
  /** Of the local header of a member. */
  readonly offsets: Float64Array
  /** Of the central header of a member. */
  readonly central: Float64Array
  /** Of the records behind the central directory. */
  readonly end: number
  /** Bytes of the archive. */
  readonly size: number
}

/**
 * The members of an archive in the order in which they are added, which is that of their names. About 100 bytes a
 * member, besides its name, key and entity tag.
 */
export class MemberIndex {
  readonly #names = new TextTable()
  readonly #keys = new TextTable()
  readonly #tags = new TextTable()
  /** Size, mtime and mode of each member; a mode of 65,536 more is that of a folder. */
  #numbers = new Float64Array(3 * 64)
  readonly #hash = createHash('sha256').update(LAYOUT)
  #hasTags = true
  #places: Places | undefined

  get count(): number {
    return this.#names.count
  }

  add({ name, kind, key = '', etag, size, lastModified, mode }: ArchiveMember): void {
    const at = 3 * this.count
    if (at === this.#numbers.length) {
      const more = new Float64Array(2 * at)
      more.set(this.#numbers)
      this.#numbers = more
    }
    this.#numbers.set([size, lastModified, mode + (kind === 'folder' ? FOLDER : 0)], at)
    this.#names.add(name)
    this.#keys.add(key)
    this.#tags.add(etag ?? '')
    if (etag === undefined && kind === 'file') this.#hasTags = false
    // The time as the records have it, and not in ns: a tag of the source has those.
    this.#hash.update(
      JSON.stringify([name, kind, etag, size, Math.floor(lastModified / 1000), mode]),
    )
  }

  /** A strong entity tag of all members; undefined where a member has none. */
  entityTag(): string | undefined {
    return this.#hasTags ? `"${this.#hash.copy().digest('base64url').slice(0, 22)}"` : undefined
  }

  /** What the records of a member contain. */
  member(index: number): ZipMember {
    const [size = 0, lastModified = 0, mode = 0] = this.#numbers.subarray(3 * index, 3 * index + 3)
    const kind = mode >= FOLDER ? 'folder' : 'file'
    return { name: this.#names.bytes(index), kind, size, lastModified, mode: mode % FOLDER }
  }

  key(index: number): string {
    return this.#keys.text(index)
  }

  etag(index: number): string | undefined {
    return this.#tags.text(index) || undefined
  }

  name(index: number): string {
    return this.#names.text(index)
  }

  /** Where everything is, once all members have been added. */
  places(): Places {
    this.#places ??= this.#place()
    return this.#places
  }

  #place(): Places {
    const { count } = this
    const offsets = new Float64Array(count)
    const central = new Float64Array(count)
    let at = 0
    for (let index = 0; index < count; index += 1) {
      const member = this.member(index)
      const { header, descriptor } = localLengths(member)
      offsets[index] = at
      at += header + member.size + descriptor
    }
    const start = at
    for (let index = 0; index < count; index += 1) {
      central[index] = at
      at += centralLength(this.member(index), offsets[index] as number)
    }
    const end = at
    const place = { members: count, start, size: end - start }
    return { offsets, central, end, size: end + endLength(place) }
  }
}

/** Added to the mode of a folder. */
const FOLDER = 2 ** 16
