import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { FaultLayer } from '../fault/fault-layer.js'
import type { ContentCoding } from '../http/content-coding.js'
import type { ByteSource } from '../source/byte-source.js'
import type { Dotfiles } from '../source/file/file-root.js'
import type { FileStat } from '../source/representation.js'
import type { StreamDefaults } from './stream-options.js'

/** How long a client may keep an answer, per registration or per call. */
export interface CacheOptions {
  /** Whether Cache-Control is sent. Default true. */
  cacheControl?: boolean
  /** ms, or a text such as `1d`. Default 0. */
  maxAge?: number | string
  /** Adds `immutable`: for URLs that carry a version. Default false. */
  immutable?: boolean
}

/** A listing in a form of the application's own, as in @fastify/static. */
export interface ListOptions {
  /** The form where the client does not say: `html` (default) or `json`. */
  format?: 'html' | 'json'
  /** Last segments that ask for a listing where nothing stands under them, such as `index.json`. */
  names?: string[]
  /** What the JSON tells of a name: itself alone, or its facts too. Default `names`. */
  jsonFormat?: 'names' | 'extended'
  /** Renders the HTML. */
  render?: (dirs: ListedName[], files: ListedName[]) => string
}

/** A name in a listing, as `render` and the extended JSON have it. */
export interface ListedName {
  /** The absolute path of its URL. */
  href: string
  name: string
  stats: { size: number; mtimeMs: number; mtime: Date }
}

/** The reply as `setHeaders` gets it: Fastify's own, and `setHeader` as node:http names it. */
export type HeaderReply = FastifyReply & { setHeader(name: string, value: string): void }

/** Options of the plugin. Names and meaning of the first part are those of @fastify/static. */
export interface LastbyteOptions extends CacheOptions {
  /** A folder, or several that are asked in turn. This or `source`, or neither with `serve: false`. */
  root?: string | URL | (string | URL)[]
  /** Where the files stand in the URL space. Default `/`. */
  prefix?: string
  /** Whether `reply.sendFile` and `reply.download` are added. Default: if no registration has yet. */
  decorateReply?: boolean
  /** Whether the files get URLs of their own; without, only the decorators serve. Default true. */
  serve?: boolean
  /** What stands for a directory. Default `index.html`; false for none. */
  index?: string | string[] | false
  /** Names that start with a dot: `ignore` (404, the default), `deny` (403) or `allow`. */
  dotfiles?: Dotfiles
  /** Runs before conditions are judged, so an ETag or Last-Modified of its own counts. */
  setHeaders?: (reply: HeaderReply, path: string, stat: FileStat | undefined) => void
  /** Whether a path may be served; without, 404. `path` starts with a slash. */
  allowedPath?: (path: string, root: string | undefined, request: FastifyRequest) => boolean
  /** Whether directories without an index are listed. Default false. */
  list?: boolean | ListOptions
  /** Whether a directory is redirected to its slash. Default true. */
  redirect?: boolean
  /** false: one route for each file that stands there at the start, none for others. Default true. */
  wildcard?: boolean
  /** Constraints of the routes, such as `{ host: 'media.example' }`. */
  constraints?: RouteOptions['constraints']
  /** Extensions that are tried where a path has no file, such as `['html']`. */
  extensions?: string[]
  /**
   * Whether a text file of a folder is sent as the `.br`, `.zst` or `.gz` that stands beside it, to who
   * accepts that: true, or the content codings in order of preference. Default false.
   */
  preCompressed?: boolean | ContentCoding[]
  /** The log level of the routes. */
  logLevel?: NonNullable<RouteOptions['logLevel']>

  /** Bytes from elsewhere than a folder. This or `root`. */
  source?: ByteSource
  /** What ETags are made from: the file's identity and times, or a digest of its bytes. Default `stat`. */
  etag?: 'stat' | 'content'
  /** Repr-Digest and Content-Digest: when asked for, also unasked once known, or never. Default `asked`. */
  digest?: 'asked' | 'known' | 'off'
  /** Bytes up to which a digest that is not known yet is waited for. Default 64 MiB. */
  digestLimit?: number
  /** ms in which a client must take something. Default 60,000. */
  stallTimeout?: number
  /** ms in which the source must give something. Default 30,000, or what a source that heals itself needs. */
  sourceTimeout?: number
  /** ms that running transfers get when the application closes. Default 10,000. */
  shutdownGrace?: number
  /**
   * Whether Linux sends files to plain HTTP/1.1 connections by itself, without copying them through this
   * process: where that can be done, always (an error where it can't), or never. Default: what the
   * variable LASTBYTE_ZERO_COPY says, or else `auto`.
   */
  zeroCopy?: 'auto' | 'on' | 'off'
  /** What is to go wrong on purpose, and a journal of it: for tests of clients. Default none. */
  faults?: FaultLayer
  /** How streams of events and rows are kept, unless a call says otherwise. */
  streams?: StreamDefaults
  /** The path under which a page plays a file, such as `/-/watch`; listings link to it. */
  watch?: string
}

/** Options of one `sendFile` or `download`, over those of the registration. */
export interface SendOptions extends CacheOptions {
  /** Another folder than the registration's. */
  root?: string
  /** Gives the transfer up when it aborts: the body is cut short. */
  signal?: AbortSignal
}
