import { readFile, stat } from 'node:fs/promises'
import type { Logger } from 'pino'
import { judgeCertificate, type TlsFiles, type TlsSetting } from './judge-certificate.js'
import type { TlsPaths, UsableCertificate } from './read-tls.js'
import { warnOfExpiry } from './warn-of-expiry.js'

/** ms between two looks at the files. */
const INTERVAL = 2_000

/** Why the files are read: the interval is over, or somebody asked for it, such as by SIGHUP. */
export type ReloadCause = 'interval' | 'request'

export interface ReloadOptions {
  /** Called with files that differ from those in use, and belong together. */
  readonly apply: (files: TlsFiles) => void
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>
  /** ms. Default 2 s. */
  readonly interval?: number
}

type ReadFiles =
  | { readonly kind: 'read'; readonly files: TlsFiles }
  | { readonly kind: 'pipe'; readonly setting: TlsSetting; readonly problem: string }
  | { readonly kind: 'unreadable'; readonly setting: TlsSetting; readonly problem: string }

/**
 * Takes a new certificate and its key when the files have other contents. The contents are compared, and not times
 * or names: files are replaced by renaming, by another target of a symbolic link, or in place, also on network file
 * systems, which report no changes. A pair that can't be used is logged once, and read again until it can.
 */
export class CertificateReload {
  #inUse: UsableCertificate
  /** The latest failure, with the contents that caused it. */
  #failure: { readonly problem: string; readonly isLogged: boolean } | undefined
  #checks: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly paths: TlsPaths,
    initial: UsableCertificate,
    private readonly options: ReloadOptions,
  ) {
    this.#inUse = initial
    warnOfExpiry(initial.expires, options.logger)
  }

  /** The end of validity of the certificate in use, in ms since 1970. */
  get expires(): number {
    return this.#inUse.expires
  }

  /** Looks at the files in the interval, until `stop`. */
  watch(): void {
    this.#timer = setTimeout(async () => {
      await this.check('interval')
      if (this.#timer !== undefined) this.watch()
    }, this.options.interval ?? INTERVAL).unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Reads the files, after checks that are under way. */
  check(cause: ReloadCause): Promise<void> {
    this.#checks = this.#checks.then(() => this.#check(cause))
    return this.#checks
  }

  async #check(cause: ReloadCause): Promise<void> {
    const read = await readFiles(this.paths)
    // Nobody expects a pipe to be followed.
    if (read.kind === 'pipe' && cause === 'interval') return
    if (read.kind !== 'read') return this.#failed(cause, read)
    const { files } = read
    if (isSame(files, this.#inUse.files)) {
      this.#failure = undefined
      if (cause === 'request') this.options.logger.info('certificate unchanged')
      return
    }
    const judged = judgeCertificate(files)
    if (judged.kind === 'unusable') return this.#failed(cause, judged)
    this.options.apply(files)
    this.#inUse = judged
    this.#failure = undefined
    const expires = new Date(judged.expires).toISOString()
    this.options.logger.info({ file: this.paths.TLS_CERT, expires }, 'certificate reloaded')
    warnOfExpiry(judged.expires, this.options.logger)
  }

  /**
   * Logs a failure once. One that appears between two intervals is logged if it is still there at the next one: the
   * certificate may have been replaced, and the key be about to follow.
   */
  #failed(cause: ReloadCause, failed: { readonly setting: TlsSetting; readonly problem: string }) {
    const { setting, problem } = failed
    const isKnown = this.#failure?.problem === problem
    if (isKnown && this.#failure?.isLogged) return
    const isLogged = isKnown || cause === 'request'
    this.#failure = { problem, isLogged }
    if (!isLogged) return
    const file = this.paths[setting]
    const message = 'certificate not reloaded: the previous one stays in use'
    this.options.logger.error({ file, reason: problem }, message)
  }
}

async function readFiles({ TLS_CERT, TLS_KEY }: TlsPaths): Promise<ReadFiles> {
  const cert = await readRegular('TLS_CERT', TLS_CERT)
  if (cert.kind !== 'read') return cert
  const key = await readRegular('TLS_KEY', TLS_KEY)
  if (key.kind !== 'read') return key
  return { kind: 'read', files: { cert: cert.bytes, key: key.bytes } }
}

/** A pipe, such as one of a shell's `<(…)`, has no second contents: to read it would block a thread. */
async function readRegular(setting: TlsSetting, path: string) {
  try {
    const isFile = (await stat(path)).isFile()
    if (!isFile) return { kind: 'pipe', setting, problem: 'expected a regular file' } as const
    return { kind: 'read', bytes: await readFile(path) } as const
  } catch (error) {
    const problem = `expected a file in PEM that can be read: ${(error as Error).message}`
    return { kind: 'unreadable', setting, problem } as const
  }
}

function isSame(one: TlsFiles, other: TlsFiles): boolean {
  return one.cert.equals(other.cert) && one.key.equals(other.key)
}
