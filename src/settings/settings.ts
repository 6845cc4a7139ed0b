import { fileURLToPath } from 'node:url'
import type { FaultLayer } from '../fault/fault-layer.js'
import { CONTENT_CODINGS, type ContentCoding } from '../http/content-coding.js'
import { ZERO_COPY_VARIABLE } from '../native/bindings.js'
import type { ByteSource } from '../source/byte-source.js'
import type { AppendPolicy } from '../source/file/append-only.js'
import type { Dotfiles } from '../source/file/file-root.js'
import { invalidSetting } from '../validation/option-error.js'
import { type CacheOptions, cacheControlField } from './cache-control.js'
import { type ListOptions, readListOptions } from './list-options.js'
import type { LastbyteOptions } from './options.js'
import { readPluginOptions, ZERO_COPY } from './plugin-options.js'
import { type StreamSettings, settleStreams } from './stream-settings.js'

/** Options, settled: defaults filled in, forms unified, frozen. */
export interface Settings {
  readonly roots: readonly string[]
  readonly source: ByteSource | undefined
  readonly prefix: string
  readonly decorateReply: boolean | undefined
  readonly serve: boolean
  readonly index: readonly string[]
  readonly dotfiles: Dotfiles
  /** What states that files are only appended to. */
  readonly appends: AppendPolicy
  /** The value of Cache-Control, or undefined for none. */
  readonly cacheControl: string | undefined
  /** The options that it was made from, for calls that replace some of them. */
  readonly cache: CacheOptions
  readonly setHeaders: LastbyteOptions['setHeaders']
  readonly allowedPath: LastbyteOptions['allowedPath']
  readonly list: ListOptions | undefined
  readonly redirect: boolean
  readonly wildcard: boolean
  readonly constraints: LastbyteOptions['constraints']
  readonly extensions: readonly string[]
  /** The content codings that are looked for beside a file, best first. */
  readonly preCompressed: readonly ContentCoding[]
  readonly logLevel: LastbyteOptions['logLevel']
  readonly etag: 'stat' | 'content'
  readonly digest: 'asked' | 'known' | 'off'
  readonly digestLimit: number
  readonly stallTimeout: number
  readonly sourceTimeout: number
  readonly shutdownGrace: number
  readonly faults: FaultLayer | undefined
  readonly zeroCopy: 'auto' | 'on' | 'off'
  readonly watch: string | undefined
  readonly streams: StreamSettings
}

/** Settles the plugin's options. @throws LastbyteError BAD_SETTING, naming the option */
export function settleOptions(options: unknown): Settings {
  const own = readPluginOptions(options)
  const { root } = own
  return Object.freeze({
    roots:
      root === undefined
        ? []
        : [root].flat().map((path) => (path instanceof URL ? fileURLToPath(path) : path)),
    source: own.source,
    prefix: (own.prefix ?? '/').replace(/\/*$/, '/'),
    decorateReply: own.decorateReply,
    serve: own.serve ?? true,
    index: own.index === false ? [] : [own.index ?? 'index.html'].flat(),
    dotfiles: own.dotfiles ?? 'ignore',
    appends: own.appendOnly === true ? 'declared' : 'enforced',
    cacheControl: cacheControlField(own),
    cache: own,
    setHeaders: own.setHeaders,
    allowedPath: own.allowedPath,
    list: readListOptions(own.list),
    redirect: own.redirect ?? true,
    wildcard: own.wildcard ?? true,
    constraints: own.constraints,
    extensions: own.extensions ?? [],
    preCompressed: own.preCompressed === true ? CONTENT_CODINGS : own.preCompressed || [],
    logLevel: own.logLevel,
    etag: own.etag ?? 'stat',
    digest: own.digest ?? 'asked',
    digestLimit: own.digestLimit ?? 64 * 1024 * 1024,
    stallTimeout: own.stallTimeout ?? 60_000,
    sourceTimeout: own.sourceTimeout ?? own.source?.patience ?? 30_000,
    shutdownGrace: own.shutdownGrace ?? 10_000,
    faults: own.faults,
    zeroCopy: own.zeroCopy ?? zeroCopyByEnvironment(),
    watch: own.watch?.replace(/\/*$/, ''),
    streams: settleStreams(own.streams),
  })
}

/** The default can be set for a whole process, so that an application is tested on either path. */
function zeroCopyByEnvironment(): Settings['zeroCopy'] {
  const value = process.env[ZERO_COPY_VARIABLE] || 'auto'
  if (value === 'auto' || value === 'on' || value === 'off') return value
  throw invalidSetting(ZERO_COPY_VARIABLE, `expected ${ZERO_COPY.expected}`, value)
}
