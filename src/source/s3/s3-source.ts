import { LRUCache } from 'lru-cache'
import { asLastbyteError, LastbyteError } from '../../errors.js'
import { longestWait } from '../../resume/retry-policy.js'
import type { ByteSource, Entry, Opened, OpenRequest } from '../byte-source.js'
import { hasDotfile } from '../file/file-root.js'
import { openWithRetries } from '../source-retry.js'
import { type HeldFacts, openObject } from './open-object.js'
import { S3Client } from './s3-client.js'
import { listBucket } from './s3-listing.js'
import { type S3Options, settleS3 } from './s3-options.js'

/** Objects of which the facts are held. */
const MOST_HELD = 10_000

const REFUSED = { kind: 'refused', reason: 'The store does not permit that.' } as const
const REFUSED_DOTFILE = {
  kind: 'refused',
  reason: 'Names that start with a dot are not served.',
} as const

/**
 * A bucket of an object store as a source; prefixes that end with a slash are its folders. Reads are
 * pinned with If-Match, and to the version where the bucket keeps them.
 *
 * @throws LastbyteError BAD_SETTING
 */
export function s3Source(options: S3Options): ByteSource {
  const settings = settleS3(options)
  const { retryPolicy, factsFor, dotfiles, versions } = settings
  const store = new S3Client(settings)
  const held = new LRUCache<string, HeldFacts>({ max: MOST_HELD, ttl: Math.max(1, factsFor) })

  /** What a key stands for that names no object. */
  async function openFolder(key: string, signal: AbortSignal): Promise<Opened> {
    const folder = key === '' || key.endsWith('/') ? key : `${key}/`
    const below = await store.list(folder, { most: 1 }, signal).catch((error) => {
      // Who may read objects but not list them sees no folders.
      if (error.facts?.s3 === 'refused' || error.facts?.s3 === 'absent') return undefined
      throw error
    })
    const { KeyCount = 0 } = below ?? {}
    return KeyCount > 0 || key === '' ? { kind: 'directory' } : { kind: 'absent' }
  }

  async function openOnce(key: string, request: OpenRequest, signal: AbortSignal): Promise<Opened> {
    if (key === '' || key.endsWith('/')) return openFolder(key, signal)
    const versionId = versions === 'asked' ? versionOf(request.query) : undefined
    const id = JSON.stringify([key, versionId])
    try {
      const { representation, facts } = await openObject(
        { store, retryPolicy, key, versionId, request, held: held.get(id) },
        signal,
      )
      if (factsFor > 0) held.set(id, facts)
      return { kind: 'representation', representation }
    } catch (error) {
      held.delete(id)
      const { s3 } = (error as LastbyteError).facts ?? {}
      if (s3 === 'refused') return REFUSED
      const isAsked = versionId !== undefined
      if (isAsked && (s3 === 'absent' || s3 === 'malformed')) return { kind: 'absent' }
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

    async list(key, signal): Promise<Entry[]> {
      const entries = await listBucket(store, key, signal)
      return entries.filter(({ name }) => dotfiles === 'allow' || !hasDotfile(name))
    },
  }
}

/** A failure with the name that a Proxy-Status field is to carry. */
function asStoreError(thrown: unknown): LastbyteError {
  const error = asLastbyteError(thrown, 'SOURCE_FAILED', 'Cannot read from the store')
  const facts = { ...error.facts, proxy: 'lastbyte' }
  return new LastbyteError(error.code, error.message, facts, { cause: error.cause ?? error })
}

function versionOf(query: string | undefined): string | undefined {
  return new URLSearchParams(query).get('versionId') ?? undefined
}
