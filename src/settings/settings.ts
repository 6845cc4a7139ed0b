import { fileURLToPath } from 'node:url'
import { type AccessOptions, readAccessOptions } from '../access/access-options.js'
import type { FaultLayer } from '../fault/fault-layer.js'
import { ZERO_COPY_MODES, ZERO_COPY_VARIABLE, type ZeroCopyMode } from '../native/bindings.js'
import type { ByteSource } from '../source/byte-source.js'
import type { AppendPolicy } from '../source/file/append-only.js'
import { absolutePath } from '../source/file/file-root.js'
import { invalidSetting } from '../validation/option-error.js'
import { type FileSettings, settleFiles } from './file-options.js'
import { type ListOptions, readListOptions } from './list-options.js'
import { type LiveSettings, readLiveOptions } from './live-options.js'
import { type MetalinkSettings, readMetalinkOptions } from './metalink-options.js'
import type { LastbyteOptions } from './options.js'
import { type PageSettings, readPageOptions } from './page-options.js'
import { readPluginOptions, ZERO_COPY } from './plugin-options.js'
import { readSigningKey, type Signer } from './signing-key.js'
import { type StreamSettings, settleStreams } from './stream-settings.js'
import { readZipOptions, type ZipSettings } from './zip-options.js'

/** Options, settled: defaults filled in, forms unified, frozen. */
export interface Settings extends FileSettings {
  readonly roots: readonly string[]
  readonly source: ByteSource | undefined
  readonly prefix: string
  /** undefined: everybody. */
  readonly access: Readonly<AccessOptions> | undefined
  readonly decorateReply: boolean | undefined
  readonly serve: boolean
  /** What states that files are only appended to. */
  readonly appends: AppendPolicy
  /** The options of files, which calls replace in part. */
  readonly files: Parameters<typeof settleFiles>[0]
  readonly setHeaders: LastbyteOptions['setHeaders']
  readonly allowedPath: LastbyteOptions['allowedPath']
  readonly list: ListOptions | undefined
  /** undefined: no file is live. */
  readonly live: LiveSettings | undefined
  /** undefined: folders are not sent as archives. */
  readonly zip: ZipSettings | undefined
  /** undefined: files have no Metalink documents. */
  readonly metalink: MetalinkSettings | undefined
  readonly redirect: boolean
  readonly wildcard: boolean
  readonly constraints: LastbyteOptions['constraints']
  readonly globIgnore: readonly string[]
  readonly schemaHide: boolean
  readonly suppressWarning: boolean
  readonly logLevel: LastbyteOptions['logLevel']
  readonly digest: 'asked' | 'known' | 'off'
  readonly digestLimit: number
  readonly digestMaximum: number
  /** undefined: digests are not signed. */
  readonly signer: Signer | undefined
  readonly stallTimeout: number
  readonly sourceTimeout: number
  readonly shutdownGrace: number
  readonly faults: FaultLayer | undefined
  /** Bytes a second; undefined for no limit. */
  readonly rates: {
    readonly rate: number | undefined
    readonly ratePerAddress: number | undefined
  }
  readonly zeroCopy: ZeroCopyMode
  /** Bytes; undefined: the cache of the process. */
  readonly contentCache: number | undefined
  readonly watch: string | undefined
  readonly pages: PageSettings | false
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
        : [root]
            .flat()
            .map((path) => absolutePath(path instanceof URL ? fileURLToPath(path) : path)),
    source: own.source,
    prefix: `/${own.prefix ?? ''}/`.replace(/\/+/g, '/'),
    access: readAccessOptions(own.access),
    decorateReply: own.decorateReply,
    serve: own.serve ?? true,
    appends: own.appendOnly === true ? 'declared' : 'enforced',
    ...settleFiles(own),
    files: own,
    setHeaders: own.setHeaders,
    allowedPath: own.allowedPath,
    list: readListOptions(own.list),
    zip: readZipOptions(own.zip),
    live: readLiveOptions(own.live),
    metalink: readMetalinkOptions(own.metalink),
    redirect: own.redirect ?? true,
    wildcard: own.wildcard ?? true,
    constraints: own.constraints,
    globIgnore: own.globIgnore ?? [],
    schemaHide: own.schemaHide ?? true,
    suppressWarning: own.suppressWarning ?? false,
    logLevel: own.logLevel,
    digest: own.digest ?? 'asked',
    digestLimit: own.digestLimit ?? 64 * 1024 * 1024,
    digestMaximum: own.digestMaximum ?? 8 * 1024 ** 3,
    signer: readSigningKey(own.signingKey, own.digest ?? 'asked'),
    stallTimeout: own.stallTimeout ?? 60_000,
    sourceTimeout: own.sourceTimeout ?? own.source?.patience ?? 30_000,
    shutdownGrace: own.shutdownGrace ?? 10_000,
    faults: own.faults,
    rates: { rate: own.rate, ratePerAddress: own.ratePerAddress },
    zeroCopy: own.zeroCopy ?? zeroCopyByEnvironment(),
    contentCache: own.contentCache,
    watch: own.watch?.replace(/\/*$/, ''),
    pages: readPageOptions(own.pages),
    streams: settleStreams(own.streams),
  })
}

/** The default can be set for a whole process, so that an application is tested on either path. */
function zeroCopyByEnvironment(): Settings['zeroCopy'] {
  const value = process.env[ZERO_COPY_VARIABLE] || 'auto'
  const mode = ZERO_COPY_MODES.find((known) => known === value)
  if (mode !== undefined) return mode
  throw invalidSetting(ZERO_COPY_VARIABLE, `expected ${ZERO_COPY.expected}`, value)
}
