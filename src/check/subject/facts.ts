import type { Exchange } from './exchange.js'

/** What the first requests have shown of a server. */
export interface Facts {
  /** Bytes of the representation; undefined if no response told. */
  readonly size: number | undefined
  /** The ETag field of the first response. */
  readonly etag: string | undefined
  /** The Last-Modified field of the first response. */
  readonly lastModified: string | undefined
  /** Whether `Range: bytes=0-0` was answered with 206. */
  readonly isRanged: boolean
  /** The response to a GET without Range. Its body may have been left. */
  readonly whole: Exchange
  /** The response to `Range: bytes=0-0`. */
  readonly ranged: Exchange
  /** The URLs that redirected, the given one first; empty where it didn't redirect. */
  readonly redirects: readonly URL[]
  /** The addresses of the host. */
  readonly addresses: readonly string[]
}
