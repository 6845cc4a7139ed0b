import type { KeyObject } from 'node:crypto'
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { AccessOptions } from '../access/access-options.js'
import type { FaultLayer } from '../fault/fault-layer.js'
import type { ByteSource } from '../source/byte-source.js'
import type { FileStat } from '../source/local-file.js'
import type { FileOptions } from './file-options.js'
import type { ListOptions } from './list-options.js'
import type { LiveOptions } from './live-options.js'
import type { MetalinkOptions } from './metalink-options.js'
import type { PageOptions } from './page-options.js'
import type { StreamDefaults } from './stream-options.js'
import type { ZipOptions } from './zip-options.js'

/**
 * The reply that `setHeaders` receives: Fastify's, with `setHeader` of node:http added.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type HeaderReply } from 'lastbyte'
 *
 * const setHeaders = (reply: HeaderReply, path: string) => {
 *   if (path.endsWith('.mp4')) reply.setHeader('x-robots-tag', 'noindex')
 * }
 * const app = Fastify()
 * await app.register(lastbyte, { root: 'media', setHeaders })
 * const { headers } = await app.inject({ method: 'HEAD', url: '/clip.mp4' })
 * assert.equal(headers['x-robots-tag'], 'noindex')
 * await app.close()
 * ```
 */
export type HeaderReply = FastifyReply & { setHeader(name: string, value: string): void }

/**
 * Options of the plugin. The first part has the names and meanings of `@fastify/static`. Exactly one of
 * `root` and `source` is provided, or neither with `serve: false`; anything else, an unknown option and
 * a value of the wrong form are refused with BAD_SETTING.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import Fastify from 'fastify'
 * import lastbyte, { type LastbyteOptions } from 'lastbyte'
 *
 * const options: LastbyteOptions = { root: 'media', prefix: '/media', maxAge: '1h', list: true }
 * const app = Fastify()
 * await app.register(lastbyte, options)
 * const headers = { range: 'bytes=0-99' }
 * const response = await app.inject({ url: '/media/clip.mp4', headers })
 * assert.equal(response.statusCode, 206)
 * assert.equal(response.headers['cache-control'], 'public, max-age=3600')
 * await app.close()
 * ```
 */
export interface LastbyteOptions extends FileOptions {
  /**
   * A folder, or several that are tried in order. A relative path is resolved at the start. One that is
   * missing then is served once it exists. Default: none.
   */
  root?: string | URL | (string | URL)[]
  /**
   * The path of the files' URLs, below the prefix of the scope. It may contain parameters.
   *
   * @default '/'
   */
  prefix?: string
  /**
   * Whether `reply.sendFile` and `reply.download` are added. Default: true for the first registration
   * of an application.
   */
  decorateReply?: boolean
  /**
   * Whether the files have URLs. Without, only the decorators send them.
   *
   * @default true
   */
  serve?: boolean
  /**
   * Declares that the files of this folder are only appended to, as logs and recordings are. A response
   * whose file grows is then completed with the bytes that the file had at the request; otherwise it ends
   * short, because a file that grew may have been rewritten too. Don't set it where files are rewritten in
   * place: a response could mix two versions. Files that the kernel protects (`chattr +a`) don't need it.
   *
   * @default false
   */
  appendOnly?: boolean
  /**
   * Sets header fields of its own. It is called before preconditions are evaluated (RFC 9110 §13), so
   * that its ETag and Last-Modified count. Default: none.
   */
  setHeaders?: (reply: HeaderReply, path: string, stat: FileStat | undefined) => void
  /**
   * Whether a path may be sent; the response is 404 otherwise. `path` starts with a slash. Default: all
   * paths may.
   */
  allowedPath?: (path: string, root: string | undefined, request: FastifyRequest) => boolean
  /**
   * Whether directories without an index file are listed.
   *
   * @default false
   */
  list?: boolean | ListOptions
  /**
   * Whether `?zip` behind the path of a directory sends all that a listing of it and of those below it would show as
   * one ZIP file, with a length, an ETag and ranges; `?zip&path=a&path=b/` only some of that.
   *
   * @default false
   */
  zip?: boolean | ZipOptions
  /**
   * Whether files with a marker beside them are live: a range with a very large end goes on as bytes arrive, until the
   * marker is removed (RFC 8673). What a client has of such a file continues when it is finished, and after a restart.
   *
   * @default false
   */
  live?: boolean | LiveOptions
  /**
   * Whether `?metalink` behind the path of a file sends a description of it for download clients (RFC 5854): its size,
   * its digest, those of its pieces, and its URLs. Responses with files link to it, and to its mirrors (RFC 6249).
   *
   * @default false
   */
  metalink?: boolean | MetalinkOptions
  /**
   * Whether a directory's path without a slash at its end, or the prefix without it, is redirected to the
   * one with it.
   *
   * @default true
   */
  redirect?: boolean
  /**
   * false: one route for each file that exists at the start and each folder with an index, and none for
   * later ones.
   *
   * @default true
   */
  wildcard?: boolean
  /** Globs of the files and folders, relative to the root, that get no route with `wildcard: false`. Default: none. */
  globIgnore?: string[]
  /**
   * Whether the routes are hidden from descriptions of the API, such as OpenAPI: `schema.hide`.
   *
   * @default true
   */
  schemaHide?: boolean
  /**
   * Whether no warning is logged for a root that is missing at the start.
   *
   * @default false
   */
  suppressWarning?: boolean
  /** Only false is supported: the prefix without its slash is redirected to the one with it. Default: false. */
  prefixAvoidTrailingSlash?: false
  /** Constraints of the routes, such as `{ host: 'media.example' }`. Default: none. */
  constraints?: RouteOptions['constraints']
  /** The log level of the routes. Default: the application's. */
  logLevel?: NonNullable<RouteOptions['logLevel']>

  /**
   * Who may use the files, listings and pages of this registration: users, tokens, and everybody who has a signed URL.
   * Others get a 401 or 403 for every path and method, whether or not a file exists. Default: everybody.
   */
  access?: AccessOptions
  /** Where the bytes come from, instead of a folder. Default: none. */
  source?: ByteSource
  /**
   * When Repr-Digest, Content-Digest (RFC 9530) and Unencoded-Digest are sent: on request, also without one if they are
   * known, or never.
   *
   * @default 'asked'
   */
  digest?: 'asked' | 'known' | 'off'
  /**
   * Bytes of the largest file whose digest a request waits for.
   *
   * @default 67_108_864
   */
  digestLimit?: number
  /**
   * Bytes of the largest file whose digest is computed on request; larger ones are sent without. The ETags of
   * `etag: 'content'` have no such limit.
   *
   * @default 8_589_934_592
   */
  digestMaximum?: number
  /**
   * The key that signs Unencoded-Digest (RFC 9421), for pages that require resources of its owner
   * (`integrity="ed25519-…"`): an Ed25519 private key in PEM (PKCS #8), or a KeyObject of one. Default: none.
   */
  signingKey?: string | Uint8Array | KeyObject
  /**
   * ms in which a client must receive something; its connection is closed otherwise.
   *
   * @default 60_000
   */
  stallTimeout?: number
  /**
   * ms in which the source must return something. Default 30,000; for a source that retries, the time
   * that its retries take.
   */
  sourceTimeout?: number
  /**
   * ms in which transfers may end when the application closes.
   *
   * @default 10_000
   */
  shutdownGrace?: number
  /**
   * Bytes a second of all transfers of the application together, shared equally between them. A transfer that waits
   * for its turn is not stalled. Default: no limit.
   */
  rate?: number
  /**
   * Bytes a second of all transfers to one client address; in IPv6 to one /64 network. With Fastify's `trustProxy`
   * the address that a trusted proxy reports. Default: no limit.
   */
  ratePerAddress?: number
  /**
   * Whether Linux sends files to HTTP/1.1 connections without TLS with sendfile(2). `auto`: under a read lease on the
   * file, to clients behind a network device, so that no client can receive bytes of two versions. `on`: as `auto`,
   * and an error where sendfile is not available. `always`: to all clients and without a lease; correct only where
   * files are never changed in place, but replaced by renaming. `off`: never. Default: the environment variable
   * LASTBYTE_ZERO_COPY, or else `auto`.
   */
  zeroCopy?: 'auto' | 'on' | 'always' | 'off'
  /**
   * Bytes of the memory for contents of files up to 128 KiB, which are sent from it after the file was found unchanged.
   * The paths and header fields of files take up to half as much in addition. Less than 1 MiB keeps no contents.
   * Default: 128 MiB, which all registrations of the process share; with a value, this one has a cache of its own.
   */
  contentCache?: number
  /** Faults to inject, for tests of clients. Default: none. */
  faults?: FaultLayer
  /** Defaults for the streams of this registration. */
  streams?: StreamDefaults
  /** The path of a page that plays a file, such as `/-/watch`; listings link to it. Default: none. */
  watch?: string
  /**
   * Pages for people, with all that they load, below `-/` of the prefix: one that plays a file, which listings link to,
   * and error pages for browsers. Their URLs take precedence over files of a folder named `-`.
   *
   * @default false
   */
  pages?: boolean | PageOptions
}
