import {
  type HealingOptions,
  RETRY_OPTIONS,
  type RetryPolicy,
  settleRetryPolicy,
} from '../../resume/retry-policy.js'
import {
  type Expectations,
  objectWith,
  oneOf,
  required,
  STRING,
  TEXT,
} from '../../validation/expectation.js'
import { milliseconds } from '../../validation/number-expectations.js'
import { readOptions } from '../../validation/read-options.js'
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

const S3_OPTIONS: Expectations<S3Options> = {
  ...RETRY_OPTIONS,
  client: required(objectWith(['send'], 'an S3Client: an object with a method "send"')),
  bucket: required(TEXT),
  prefix: STRING,
  factsFor: milliseconds(0),
  versions: oneOf('current', 'asked'),
  dotfiles: oneOf('allow', 'deny', 'ignore'),
}

/** Settles the options of a bucket. @throws LastbyteError BAD_SETTING, with the name of the option */
export function settleS3(given: unknown): S3Settings {
  const options = readOptions(given, S3_OPTIONS)
  const { client, bucket, prefix = '', factsFor = 1000 } = options
  const { versions = 'current', dotfiles = 'ignore' } = options
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
