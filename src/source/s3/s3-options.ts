import { LastbyteError } from '../../errors.js'
import {
  type HealingOptions,
  type RetryPolicy,
  settleRetryPolicy,
} from '../../resume/retry-policy.js'
import type { Dotfiles } from '../file/file-root.js'

/**
 * The part of an S3Client of `@aws-sdk/client-s3` that `s3Source` uses.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type S3Sender, s3Source } from 'lastbyte'
 *
 * // In an application: new S3Client({ region: 'eu-central-1' })
 * const modified = new Date(0)
 * const client: S3Sender = {
 *   send: async () => ({ ContentLength: 5, ETag: '"v1"', LastModified: modified }),
 * }
 * const source = s3Source({ client, bucket: 'media' })
 * const opened = await source.open('a.txt', { method: 'HEAD' }, new AbortController().signal)
 * assert.equal(opened.kind === 'representation' && opened.representation.facts.size, 5)
 * ```
 */
export interface S3Sender {
  // biome-ignore lint/suspicious/noExplicitAny: the commands' own types are those of an optional package
  send(command: any, options?: { abortSignal?: AbortSignal }): Promise<any>
}

/**
 * Options of `s3Source`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type S3Options, s3Source } from 'lastbyte'
 *
 * const client = { send: async () => ({ KeyCount: 1 }) }
 * const options: S3Options = { client, bucket: 'media', prefix: 'clips/', factsFor: 5_000 }
 * const source = s3Source(options)
 * const opened = await source.open('films/', { method: 'GET' }, new AbortController().signal)
 * assert.equal(opened.kind, 'directory')
 * ```
 */
export interface S3Options extends HealingOptions {
  /** An S3Client, with its endpoint, region and credentials. Its owner destroys it. */
  readonly client: S3Sender
  readonly bucket: string
  /** Precedes each key, such as `media/`. Default: none. */
  readonly prefix?: string
  /** ms for which facts of an object are cached. Reads are pinned to them in any case. Default 1000. */
  readonly factsFor?: number
  /** `asked`: `?versionId=` opens that version. `current`: the query is ignored. Default `current`. */
  readonly versions?: 'current' | 'asked'
  /** Names that start with a dot: `ignore` (404), `deny` (403) or `allow`. Default `ignore`. */
  readonly dotfiles?: Dotfiles
}

/** The settled options. */
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

/** @throws LastbyteError BAD_SETTING, with the name of the option and what is expected */
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
