import { fileURLToPath } from 'node:url'
import { parse as parseDuration } from '@lukeed/ms'
import { FaultLayer } from '../fault/fault-layer.js'
import { CONTENT_CODINGS, type ContentCoding } from '../http/content-coding.js'
import { ZERO_COPY_VARIABLE } from '../native/bindings.js'
import type { ByteSource } from '../source/byte-source.js'
import type { Dotfiles } from '../source/file/file-root.js'
import type { CacheOptions, LastbyteOptions, ListOptions, SendOptions } from './options.js'
import { type StreamSettings, settleStreams } from './stream-settings.js'
import {
  BOOLEAN,
  DURATION,
  type Expectation,
  FUNCTION,
  invalidSetting,
  isBoolean,
  isFunction,
  isObject,
  isString,
  isStrings,
  oneOf,
  PATH,
  SIGNAL,
  STRINGS,
  validate,
} from './validate.js'

/** Options, settled: defaults filled in, forms unified, frozen. */
export interface Settings {
  readonly roots: readonly string[]
  readonly source: ByteSource | undefined
  readonly prefix: string
  readonly decorateReply: boolean | undefined
  readonly serve: boolean
  readonly index: readonly string[]
  readonly dotfiles: Dotfiles
  /** The value of Cache-Control, or undefined for none. */
  readonly cacheControl: string | undefined
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

const CACHE_WANTS: Record<keyof CacheOptions, Expectation> = {
  cacheControl: BOOLEAN,
  maxAge: ['ms, or a text such as 1d', (value) => duration(value) !== undefined],
  immutable: BOOLEAN,
}

const WANTS: Record<keyof LastbyteOptions, Expectation> = {
  ...CACHE_WANTS,
  root: ['a path or several', (value) => [value].flat().length > 0 && [value].flat().every(isRoot)],
  prefix: PATH,
  decorateReply: BOOLEAN,
  serve: BOOLEAN,
  index: [
    'a name, an array of names, or false',
    (value) => value === false || isString(value) || isStrings(value),
  ],
  dotfiles: oneOf('allow', 'deny', 'ignore'),
  setHeaders: FUNCTION,
  allowedPath: FUNCTION,
  list: ['true, false or an object', (value) => isBoolean(value) || isObject(value)],
  redirect: BOOLEAN,
  wildcard: BOOLEAN,
  constraints: ['an object', isObject],
  extensions: STRINGS,
  preCompressed: [
    "true, false or an array of 'br', 'zstd', 'gzip', each at most once",
    (value) => isBoolean(value) || areCodings(value),
  ],
  logLevel: ['a log level', isString],
  source: ['a ByteSource', (value) => isObject(value) && isFunction((value as ByteSource).open)],
  etag: oneOf('stat', 'content'),
  digest: oneOf('asked', 'known', 'off'),
  digestLimit: ['a number of bytes', (value) => Number.isSafeInteger(value) && Number(value) >= 0],
  stallTimeout: DURATION,
  sourceTimeout: DURATION,
  shutdownGrace: ['a number of ms', (value) => typeof value === 'number' && value >= 0],
  zeroCopy: oneOf('auto', 'on', 'off'),
  faults: ['a FaultLayer', (value) => value instanceof FaultLayer],
  watch: PATH,
  streams: ['an object', isObject],
}

const LIST_WANTS: Record<keyof ListOptions, Expectation> = {
  format: oneOf('html', 'json'),
  names: STRINGS,
  jsonFormat: oneOf('names', 'extended'),
  render: FUNCTION,
}

/** Settles the plugin's options. @throws LastbyteError BAD_SETTING, naming the option and what it wants */
export function settleOptions(options: LastbyteOptions): Settings {
  const { logSerializers: _fastifyOwn, ...own } = options as LastbyteOptions & {
    logSerializers?: unknown
  }
  validate(own, WANTS)
  const given = [own.root, own.source].filter((origin) => origin !== undefined).length
  if (given > 1 || (given === 0 && own.serve !== false)) {
    throw invalidSetting('root', 'wants to be given, or else source, but not both', own.root)
  }
  const { root, list } = own
  if (typeof list === 'object') validate(list, LIST_WANTS, 'list.')
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
    cacheControl: cacheControlField(own),
    setHeaders: own.setHeaders,
    allowedPath: own.allowedPath,
    list: list === true ? {} : list || undefined,
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

/** @throws LastbyteError BAD_SETTING */
export function checkSendOptions(options: SendOptions): SendOptions {
  validate(options, { ...CACHE_WANTS, root: ['a path', isString], signal: SIGNAL })
  return options
}

/** The value of Cache-Control (RFC 9111 §5.2.2, RFC 8246), or undefined for none. */
export function cacheControlField(options: CacheOptions): string | undefined {
  if (options.cacheControl === false) return undefined
  const seconds = Math.floor((duration(options.maxAge ?? 0) ?? 0) / 1000)
  return `public, max-age=${seconds}${options.immutable ? ', immutable' : ''}`
}

function duration(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? parseDuration(value) : value
  return typeof ms === 'number' && ms >= 0 ? ms : undefined
}

function areCodings(value: unknown): boolean {
  if (!Array.isArray(value) || new Set(value).size !== value.length) return false
  return value.every((each) => CONTENT_CODINGS.includes(each))
}

function isRoot(value: unknown): boolean {
  return (isString(value) && value !== '') || (value instanceof URL && value.protocol === 'file:')
}

/** A process as a whole may be told too, so that the same application runs on either path. */
function zeroCopyByEnvironment(): Settings['zeroCopy'] {
  const value = process.env[ZERO_COPY_VARIABLE] || 'auto'
  if (value === 'auto' || value === 'on' || value === 'off') return value
  throw invalidSetting(ZERO_COPY_VARIABLE, `wants ${WANTS.zeroCopy[0]}`, value)
}
