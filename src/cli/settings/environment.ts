import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseEnv } from 'node:util'
import { parse as parseDuration } from '@lukeed/ms'
import { envSchema } from 'env-schema'
import type { FaultAccess } from '../../admin/authorize.js'
import { LastbyteError } from '../../errors.js'
import type { ZeroCopyMode } from '../../native/bindings.js'
import type { LogFormat } from '../../observe/access-log.js'
import { workerCount } from '../cluster/worker-count.js'
import type { InheritedSocket } from '../sockets/inherited-sockets.js'
import { usageError } from '../usage-error.js'
import { type RawValues, SETTINGS_SCHEMA, type VariableName } from './schema.js'
import { labelledError, type SettingLabels, settingLabels } from './setting-labels.js'

/** The settings of the command, in the units of the plugin: ms and bytes. An empty string is not set. */
export interface Environment {
  readonly MEDIA_ROOT: string
  readonly HOST: string
  readonly PORT: number
  /** Number of processes that serve. */
  readonly WORKERS: number
  readonly LOG_LEVEL: string
  readonly PREFIX: string
  readonly QR: boolean
  readonly LIST: boolean
  readonly README: boolean
  readonly ZIP: boolean
  readonly ZIP_MAX_FILES: number
  /** Bytes; 0 for no limit. */
  readonly ZIP_MAX_SIZE: number
  readonly LIVE: boolean
  /** Empty: in the served folder. */
  readonly LIVE_STATE: string
  readonly APPEND_ONLY: boolean
  readonly DOTFILES: 'ignore' | 'deny' | 'allow'
  readonly MAX_AGE: number
  readonly IMMUTABLE: boolean
  readonly PRECOMPRESSED: boolean
  readonly ETAG: 'stat' | 'content'
  readonly DIGEST: 'asked' | 'known' | 'off'
  readonly DIGEST_LIMIT: number
  readonly DIGEST_MAXIMUM: number
  readonly SIGNING_KEY: string
  readonly METALINK: boolean
  /** URLs, separated by spaces. */
  readonly MIRROR: string
  readonly LASTBYTE_ZERO_COPY: ZeroCopyMode
  readonly CONTENT_CACHE: number
  readonly STALL_TIMEOUT: number
  readonly SOURCE_TIMEOUT: number
  readonly DRAIN_DELAY: number
  readonly SHUTDOWN_GRACE: number
  readonly CORS_ORIGIN: string
  readonly FAULTS: boolean
  readonly FAULT_SCENARIO: string
  readonly FAULT_SEED: string
  readonly FAULT_TOKEN: string
  readonly FAULT_ACCESS: FaultAccess
  readonly FAULTS_IN_PRODUCTION: boolean
  readonly TRANSFERS: boolean
  readonly TRANSFERS_TOKEN: string
  readonly TRANSFERS_ACCESS: FaultAccess
  /** An address, a port or `unix:` with a path; empty: the routes are on the port of the clients. */
  readonly ADMIN: string
  readonly ACCESS_LOG: 'none' | LogFormat
  readonly ACCESS_LOG_FILE: string
  readonly ACCESS_USERS: string
  readonly ACCESS_TOKENS: string
  readonly ACCESS_KEYS: string
  /** Globs, separated by commas. */
  readonly ACCESS_PUBLIC: string
  readonly CONNECTIONS_PER_ADDRESS: number | 'auto'
  readonly REQUESTS_PER_ADDRESS: number | 'auto'
  /** Bytes a second; 0 for no limit. */
  readonly RATE: number
  readonly RATE_PER_ADDRESS: number
  readonly HANDSHAKE_TIMEOUT: number
  readonly REQUEST_TIMEOUT: number
  readonly REQUEST_RATE: number
  readonly PIPELINE_LIMIT: number
  readonly STREAM_LIMIT: number
  readonly TRUST_PROXY: string
  readonly TLS_CERT: string
  readonly TLS_KEY: string
  readonly HTTP2: boolean
  readonly RETRY_FOR: number
  readonly OPEN_FOR: number
  readonly READ_AHEAD: number
  readonly REDIRECTS: string
  readonly FORWARDED: boolean
  readonly FORBID_PRIVATE: boolean
  readonly INSECURE: boolean
  readonly VERIFY: 'told' | 'asked' | 'off'
  readonly S3_ENDPOINT: string
  readonly S3_REGION: string
  /** The number of this worker, from 1; absent where one process serves alone. */
  readonly worker?: number
  /** The token that the primary has drawn for all workers; absent where one process serves alone. */
  readonly drawnToken?: string
  /** The sockets that a service manager passed on; absent where the process opens its own. */
  readonly sockets?: readonly InheritedSocket[]
  /** The keys of TLS session tickets that all workers have, in Base64. */
  readonly ticketKeys?: string
  /** How errors name the settings. */
  readonly labels?: SettingLabels
}

/**
 * Reads the settings: a flag overrides the environment, the environment overrides .env.
 *
 * @throws LastbyteError BAD_SETTING, which names the setting and what it expects
 */
export function readEnvironment(flags: RawValues, environment: NodeJS.ProcessEnv): Environment {
  const names = Object.keys(SETTINGS_SCHEMA) as VariableName[]
  const origins = {
    dotEnv: pick(names, readDotEnv()),
    environment: pick(names, environment),
    flags: Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)),
  }
  const labels = settingLabels(origins)
  const given: RawValues = { ...origins.dotEnv, ...origins.environment, ...origins.flags }
  const properties = Object.fromEntries(names.map((name) => [name, SETTINGS_SCHEMA[name].schema]))
  try {
    const schema = { type: 'object', properties }
    const checked = envSchema<Record<VariableName, never>>({ schema, data: given, env: false })
    const WORKERS = workerCount(checked.WORKERS, checked.FAULTS, availableParallelism())
    return { ...checked, ...inUnits(checked), WORKERS, labels }
  } catch (error) {
    throw labelledError(settingsError(error, given), labels)
  }
}

function inUnits(checked: Record<VariableName, string>) {
  const ms = (name: VariableName, least = 0) => {
    const time = parseDuration(checked[name]) ?? 0
    if (time >= least && time <= Number.MAX_SAFE_INTEGER) return time
    throw unexpected(name, checked[name])
  }
  return {
    MAX_AGE: ms('MAX_AGE'),
    STALL_TIMEOUT: ms('STALL_TIMEOUT', 1),
    SOURCE_TIMEOUT: ms('SOURCE_TIMEOUT', 1),
    DRAIN_DELAY: ms('DRAIN_DELAY'),
    SHUTDOWN_GRACE: ms('SHUTDOWN_GRACE'),
    ZIP_MAX_SIZE: bytes(checked.ZIP_MAX_SIZE),
    DIGEST_LIMIT: bytes(checked.DIGEST_LIMIT),
    DIGEST_MAXIMUM: bytes(checked.DIGEST_MAXIMUM),
    CONTENT_CACHE: bytes(checked.CONTENT_CACHE),
    RETRY_FOR: ms('RETRY_FOR'),
    OPEN_FOR: ms('OPEN_FOR'),
    HANDSHAKE_TIMEOUT: ms('HANDSHAKE_TIMEOUT', 1),
    REQUEST_TIMEOUT: ms('REQUEST_TIMEOUT'),
    REQUEST_RATE: bytes(checked.REQUEST_RATE),
    RATE: bytes(checked.RATE),
    RATE_PER_ADDRESS: bytes(checked.RATE_PER_ADDRESS),
    CONNECTIONS_PER_ADDRESS: limitOf(checked.CONNECTIONS_PER_ADDRESS),
    REQUESTS_PER_ADDRESS: limitOf(checked.REQUESTS_PER_ADDRESS),
    READ_AHEAD: Math.max(1, bytes(checked.READ_AHEAD)),
  }
}

/** 0 stands for a number that no JSON message to a worker would keep: Infinity. */
function limitOf(limit: string): number | 'auto' {
  return limit === 'auto' ? limit : Number(limit)
}

function bytes(size: string): number {
  const power = 'KMG'.indexOf(size.at(-1) ?? '') + 1
  return Number.parseInt(size, 10) * 1024 ** power
}

function readDotEnv(): NodeJS.ProcessEnv {
  try {
    return parseEnv(readFileSync('.env', 'utf8')) as NodeJS.ProcessEnv
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    const reason = error instanceof Error ? error.message : String(error)
    throw usageError('.env', `expected a file that can be read: ${reason}`)
  }
}

/** A variable that is set to an empty string counts as not set. */
function pick(names: readonly VariableName[], from: NodeJS.ProcessEnv): RawValues {
  return Object.fromEntries(
    names
      .filter((name) => from[name] !== undefined && from[name] !== '')
      .map((name) => [name, from[name]]),
  )
}

function settingsError(error: unknown, given: RawValues): LastbyteError {
  if (error instanceof LastbyteError) return error
  const { errors = [] } = error as { errors?: { instancePath?: string }[] }
  const name = errors[0]?.instancePath?.slice(1) as VariableName | undefined
  if (name === undefined || !(name in SETTINGS_SCHEMA)) {
    return new LastbyteError(
      'BAD_SETTING',
      `settings: ${(error as Error).message}`,
      {},
      { cause: error },
    )
  }
  return unexpected(name, given[name])
}

function unexpected(name: VariableName, received: unknown): LastbyteError {
  return usageError(name, `expected ${SETTINGS_SCHEMA[name].expected}`, received)
}
