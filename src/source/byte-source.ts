import type { Slice } from '../http/byte-range.js'
import type { DigestValue } from '../http/digest-value.js'
import type { Forwarded } from '../http/forwarding.js'
import type { RequestFields } from '../http/precondition.js'
import type { Heal } from '../resume/retry-loop.js'

/** Where bytes come from: a folder, a bucket, another server. */
export interface ByteSource {
  /**
   * Opens what stands under a key. Facts and bytes come from the one handle that is opened here, so
   * something put in its place later can't mix in.
   *
   * @throws LastbyteError SOURCE_FAILED, SOURCE_BUSY, or the signal's reason
   */
  open(key: string, request: OpenRequest, signal: AbortSignal): Promise<Opened>
  /**
   * What is known of what stands under a key, where a look in this very call finds that it is still that
   * version: what `open` would give, without opening. undefined where it is to be opened.
   */
  cached?(key: string): CachedFile | undefined
  /** What a directory holds: only what `open` would also give. */
  list?(key: string, signal: AbortSignal): Promise<Entry[]>
  /** ms in which it gives something or fails, where it heals itself and so knows better than others. */
  readonly patience?: number | undefined
  /** Lets go of connections that are kept for the next request. */
  close?(): Promise<void>
}

/** Why a representation is opened, for sources that can save work by knowing. */
export interface OpenRequest {
  readonly method: 'GET' | 'HEAD'
  /** The request's Range field, if it may count. */
  readonly range?: string | undefined
  /** The query of the request target, with its question mark. */
  readonly query?: string | undefined
  /** The request's fields, for sources that ask another server. */
  readonly fields?: RequestFields | undefined
  /** Who asks, for X-Forwarded fields. */
  readonly asker?: Asker | undefined
  /** `one`: fail rather than heal, since somebody else can be asked. */
  readonly attempts?: 'one' | undefined
  /** What is open in the same folder, where nothing may stand under the key at all. */
  readonly beside?: Representation | undefined
  /** Called with each failure that is about to be healed, in this call and in reads of what it gives. */
  readonly onHeal?: ((heal: Heal) => void) | undefined
}

export interface Asker {
  readonly address: string
  readonly protocol: string
  /** The Host field, or :authority. */
  readonly host: string
  /** Of the request: `1.1`, `2.0`. */
  readonly httpVersion: string
}

/** What stands under a key. `refused`: something is there that is not to be had; `reason` is for people. */
export type Opened =
  | { readonly kind: 'representation'; readonly representation: Representation }
  | { readonly kind: 'directory' }
  | { readonly kind: 'absent'; readonly answer?: PassedAnswer }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'answered'; readonly answer: PassedAnswer }

/**
 * What another server answered, to be passed on as it is: an error, a 304, or a body that could not
 * be gone on with. Whoever gets it closes it.
 */
export interface PassedAnswer {
  readonly status: number
  readonly fields: Forwarded
  /** Bytes of the body, if known. */
  readonly length: number | undefined
  /** The body, once. @throws LastbyteError SOURCE_FAILED, SOURCE_TIMEOUT; the signal's reason */
  read(signal: AbortSignal): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

export interface Facts {
  /** The last segment of the key. */
  readonly name: string
  /** The Content-Type that goes with it. */
  readonly contentType: string
  /** Bytes. */
  readonly size: number
  /** A strong entity tag with its quotes; absent where no version can be told from the next. */
  readonly etag?: string | undefined
  /** ms since the epoch. */
  readonly lastModified?: number | undefined
  /** What Accept-Ranges is to say, or that nobody told; `bytes` where it is absent. */
  readonly ranges?: 'bytes' | 'none' | 'untold' | undefined
  /** `whole` where its store gave that though a range was asked for, so that we do too. */
  readonly given?: 'whole' | undefined
  /** The part of its name that is no key: a query, with its question mark. */
  readonly query?: string | undefined
  /** The digest of the whole, as its store tells it. */
  readonly digest?: DigestValue | undefined
  /** Further fields that go with it, as its store tells them. */
  readonly fields?: Forwarded | undefined
}

/** What is known of a version, in the turn in which it was looked at. */
export interface CachedFile {
  readonly facts: Facts
  /** A place for what is made of the facts and stays as long as they are known. */
  rendered?: unknown
  /** Bytes of a slice of that very version, if they can be had in this call; they must not be changed. */
  read(slice: Slice): Buffer | undefined
}

/** Closes what was opened and is not used. */
export async function closeOpened(opened: Opened): Promise<void> {
  if (opened.kind === 'representation') await opened.representation.close()
  if (opened.kind === 'absent' || opened.kind === 'answered') await opened.answer?.close()
}

/** One version of a file, held open. Whoever opened it closes it. */
export interface Representation {
  readonly facts: Facts
  /**
   * The bytes of a slice, in order. Each chunk belongs to the version that `facts` describe, and is
   * valid only until the next one is asked for: buffers are reused.
   *
   * @throws LastbyteError SOURCE_FAILED, SOURCE_SHORT, REPRESENTATION_CHANGED, or the signal's reason
   */
  read(slice: Slice, signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Where somebody may still be writing it. */
  readonly growth?: Growth
  /** Where it is a plain file of this machine. */
  readonly file?: LocalFile
  /** Where it is one of this machine's own disks or memory, which the system can send by itself. */
  readonly sendable?: SendableFile | undefined
  /** Frees the handle when the last running read has ended. May be called more than once. */
  close(): Promise<void>
}

/** A file that may still become longer. */
export interface Growth {
  /** A strong entity tag, with its quotes, that names the file whatever its length. */
  readonly tag: string
  /**
   * The bytes from `start` on, those too that are still to be appended, until `idle` ms have passed
   * without any. Each chunk is valid only until the next one is asked for.
   *
   * @throws LastbyteError FILE_TRUNCATED, FILE_REPLACED, SOURCE_FAILED, or the signal's reason
   */
  follow(start: number, idle: number, signal: AbortSignal): AsyncIterable<Uint8Array>
}

/** A file that the system can send, held open for as long as its representation is. */
export interface SendableFile {
  readonly descriptor: number
  /** `memory`: none of its bytes can be on a disk. */
  readonly filesystem: 'memory' | 'local'
  /**
   * Makes sure, in this turn, that the file is still the version that was opened.
   *
   * @throws LastbyteError REPRESENTATION_CHANGED, SOURCE_FAILED
   */
  confirm(position: number): void
  /**
   * Reads into the buffer; gives the part that was filled, at least a byte.
   *
   * @throws LastbyteError SOURCE_FAILED, SOURCE_SHORT, REPRESENTATION_CHANGED
   */
  fetch(buffer: Uint8Array, position: number): Promise<Uint8Array>
}

/** The file behind a representation, for hooks that want its path. */
export interface LocalFile {
  readonly path: string
  readonly descriptor: number
  readonly stat: FileStat
}

/** The members of fs.Stats that a hook may want, taken from the open descriptor. */
export interface FileStat {
  readonly dev: number
  readonly ino: number
  readonly mode: number
  readonly nlink: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly mtimeMs: number
  readonly ctimeMs: number
  readonly birthtimeMs: number
  readonly mtime: Date
  readonly ctime: Date
  readonly birthtime: Date
}

/** A line of a listing. */
export interface Entry {
  readonly name: string
  readonly kind: 'file' | 'directory'
  /** Bytes; 0 for a directory. */
  readonly size: number
  /** ms since the epoch. */
  readonly lastModified: number
}
