import { LRUCache } from 'lru-cache'
import { asLastbyteError, LastbyteError } from '../../errors.js'
import { longestWait } from '../../resume/retry-policy.js'
import type { ByteSource, Opened, OpenRequest } from '../byte-source.js'
import type { Entry } from '../entry.js'
import { hasDotfile } from '../file/file-root.js'
import { openWithRetries } from '../source-retry.js'
import { type CachedFacts, openObject } from './open-object.js'
import { S3Client } from './s3-client.js'
import { listBucket } from './s3-listing.js'
import { type S3Options, settleS3 } from './s3-options.js'

/** Objects whose facts are cached. */
const MOST_CACHED = 10_000

const REFUSED = { kind: 'refused', reason: 'The store denies access.' } as const
const REFUSED_DOTFILE = {
  kind: 'refused',
  reason: 'Names that start with a dot are not served.',
} as const

/**
 * A bucket of an object store as a source, for `lastbyte({ source })` or `failover`. Prefixes that end
 * with a slash are its folders. Reads are pinned with If-Match (RFC 9110 §13.1.1), and to the version id
 * where the bucket keeps versions.
 *
 * @throws LastbyteError BAD_SETTING, with the name of the option
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { Readable } from 'node:stream'
 * import Fastify from 'fastify'
 * import lastbyte, { s3Source } from 'lastbyte'
 *
 * // In an application: new S3Client({ region: 'eu-central-1' }) of the AWS SDK
 * const object = { ContentLength: 5, ETag: '"v1"', LastModified: new Date(0) }
 * const client = { send: async () => ({ ...object, Body: Readable.from([Buffer.from('hello')]) }) }
 * const server = Fastify()
 * await server.register(lastbyte, { source: s3Source({ client, bucket: 'media' }) })
 * const { statusCode, headers, body } = await server.inject('/a.txt')
 * assert.deepEqual([statusCode, headers.etag, body], [200, '"v1"', 'hello'])
 * await server.close()
 * ```
 */
export function s3Source(options: S3Options): ByteSource {
  const settings = settleS3(options)
  const { retryPolicy, factsFor, dotfiles, versions } = settings
  const store = new S3Client(settings)
  const cache = new LRUCache<string, CachedFacts>({ max: MOST_CACHED, ttl: Math.max(1, factsFor) })

  /** A key that names no object: a folder, or nothing. */
  async function openFolder(key: string, signal: AbortSignal): Promise<Opened> {
    const folder = key === '' || key.endsWith('/') ? key : `${key}/`
    const page = await store.list(folder, { most: 1 }, signal).catch((error) => {
      // Credentials that may read objects but not list them see no folders.
      if (error.facts?.s3 === 'refused' || error.facts?.s3 === 'absent') return undefined
      throw error
    })
    const { KeyCount = 0 } = page ?? {}
    return KeyCount > 0 || key === '' ? { kind: 'directory' } : { kind: 'absent' }
  }

  async function openOnce(key: string, request: OpenRequest, signal: AbortSignal): Promise<Opened> {
    if (key === '' || key.endsWith('/')) return openFolder(key, signal)
    const versionId = versions === 'asked' ? versionOf(request.query) : undefined
    const id = JSON.stringify([key, versionId])
    try {
      const { representation, facts } = await openObject(
        { store, retryPolicy, key, versionId, request, cached: cache.get(id) },
        signal,
      )
      if (factsFor > 0) cache.set(id, facts)
      return { kind: 'representation', representation }
    } catch (error) {
      cache.delete(id)
      const { s3 } = (error as LastbyteError).facts ?? {}
      if (s3 === 'refused') return REFUSED
      const hasVersion = versionId !== undefined
      if (hasVersion && (s3 === 'absent' || s3 === 'malformed')) return { kind: 'absent' }
      if (s3 === 'absent') return openFolder(key, signal)
      throw error
    }
  }

  return {
    patience: longestWait(retryPolicy),

    async open(key, request, signal) {
      if (dotfiles !== 'allow' && hasDotfile(key)) {
        return dotfiles === 'deny' ? REFUSED_DOTFILE : { kind: 'absent' }
      }
      const open = () => openOnce(key, request, signal)
      return openWithRetries({ retryPolicy, request, asError: asStoreError }, open, signal)
    },

    async list(key, signal, _isWanted, most): Promise<Entry[]> {
      const isListed = (name: string) => dotfiles === 'allow' || !hasDotfile(name)
      return listBucket(store, key, signal, { most, isListed })
    },
  }
}

/** Any failure as a LastbyteError, with the name of this server for a Proxy-Status field. */
function asStoreError(thrown: unknown): LastbyteError {
  const error = asLastbyteError(thrown, 'SOURCE_FAILED', 'Cannot read from the store')
  const facts = { ...error.facts, proxy: 'lastbyte' }
  return new LastbyteError(error.code, error.message, facts, { cause: error.cause ?? error })
}

function versionOf(query: string | undefined): string | undefined {
  return new URLSearchParams(query).get('versionId') ?? undefined
}
