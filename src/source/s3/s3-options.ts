import { LastbyteError } from '../../errors.js'
import {
  type HealingOptions,
  type RetryPolicy,
  settleRetryPolicy,
} from '../../resume/retry-policy.js'
import type { Dotfiles } from '../file/file-root.js'

/** What is used of an S3Client of @aws-sdk/client-s3. */
export interface S3Sender {
  // biome-ignore lint/suspicious/noExplicitAny: the commands' own types are those of an optional package
  send(command: any, options?: { abortSignal?: AbortSignal }): Promise<any>
}

export interface S3Options extends HealingOptions {
  /** An S3Client, with its endpoint, region and credentials. Whoever made it destroys it. */
  readonly client: S3Sender
  readonly bucket: string
  /** What stands before each key, such as `media/`. Default: nothing. */
  readonly prefix?: string
  /** ms for which facts of an object are held. Bytes are pinned to them, held or not. Default 1000. */
  readonly factsFor?: number
  /** Whether `?versionId=` opens that version, or only the current one can be had. Default `current`. */
  readonly versions?: 'current' | 'asked'
  /** Names that start with a dot: `ignore` (404, the default), `deny` (403) or `allow`. */
  readonly dotfiles?: Dotfiles
}

/** Options, settled. */
export interface S3Settings {
  readonly client: S3Sender
  readonly bucket: string
  readonly prefix: string
  readonly factsFor: number
  readonly versions: 'current' | 'asked'
  readonly dotfiles: Dotfiles
  readonly retryPolicy: RetryPolicy
}

const KNOWN = new Set([
  ...['client', 'bucket', 'prefix', 'factsFor', 'versions', 'dotfiles'],
  ...['stall', 'retryFor', 'openFor', 'readAhead'],
])

/** @throws LastbyteError BAD_SETTING, naming the option and what it wants */
export function settleS3(options: S3Options): S3Settings {
  const unknown = Object.keys(options).find((name) => !KNOWN.has(name))
  if (unknown !== undefined) throw bad(unknown, `is not supported; known are ${[...KNOWN].join()}`)
  const { client, bucket, prefix = '', factsFor = 1000 } = options
  const { versions = 'current', dotfiles = 'ignore' } = options
  if (typeof client?.send !== 'function') throw bad('client', 'wants an S3Client')
  if (typeof bucket !== 'string' || bucket === '') throw bad('bucket', 'wants a name', bucket)
  if (typeof prefix !== 'string') throw bad('prefix', 'wants a text', prefix)
  if (!(typeof factsFor === 'number' && factsFor >= 0)) throw bad('factsFor', 'wants ms', factsFor)
  if (!['current', 'asked'].includes(versions)) {
    throw bad('versions', "wants 'current' or 'asked'", versions)
  }
  if (!['allow', 'deny', 'ignore'].includes(dotfiles)) {
    throw bad('dotfiles', "wants 'allow', 'deny' or 'ignore'", dotfiles)
  }
  const folder = prefix.replace(/^\/+/, '')
  return {
    client,
    bucket,
    prefix: folder === '' || folder.endsWith('/') ? folder : `${folder}/`,
    factsFor,
    versions,
    dotfiles,
    retryPolicy: settleRetryPolicy(options),
  }
}

function bad(setting: string, why: string, received?: unknown): LastbyteError {
  const tail = received === undefined ? '' : `; received ${String(received)}`
  return new LastbyteError('BAD_SETTING', `${setting}: ${why}${tail}`, { setting, received })
}
