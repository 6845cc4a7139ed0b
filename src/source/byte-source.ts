import type { Slice } from '../http/byte-range.js'

/** Where bytes come from: a folder, a bucket, another server. */
export interface ByteSource {
  /**
   * Opens what stands under a key. Facts and bytes come from the one handle that is opened here, so
   * something put in its place later can't mix in.
   *
   * @throws LastbyteError SOURCE_FAILED, SOURCE_BUSY, or the signal's reason
   */
  open(key: string, request: OpenRequest, signal: AbortSignal): Promise<Opened>
  /** What a directory holds: only what `open` would also give. */
  list?(key: string, signal: AbortSignal): Promise<Entry[]>
}

/** Why a representation is opened, for sources that can save work by knowing. */
export interface OpenRequest {
  readonly method: 'GET' | 'HEAD'
  /** The request's Range field, if it may count. */
  readonly range?: string | undefined
}

/** What stands under a key. `refused`: something is there that is not to be had; `reason` is for people. */
export type Opened =
  | { readonly kind: 'representation'; readonly representation: Representation }
  | { readonly kind: 'directory' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly reason: string }

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
  /** Where it is a plain file of this machine. */
  readonly file?: LocalFile
  /** Frees the handle when the last running read has ended. May be called more than once. */
  close(): Promise<void>
}

/** The file behind a representation, for hooks that want its path and for zero-copy. */
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
