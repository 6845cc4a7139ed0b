import type { Leave } from '../async/fair-gate.js'
import type { ContentCoding } from '../http/content-coding.js'
import { encodePath } from '../http/request-target.js'
import {
  type ByteSource,
  closeOpened,
  type OpenRequest,
  type PassedAnswer,
} from '../source/byte-source.js'
import type { Entry } from '../source/entry.js'
import type { Facts, Representation } from '../source/representation.js'

/** An open representation and its key. */
export interface FoundRepresentation {
  readonly key: string
  readonly representation: Representation
  /** The coding that Accept-Encoding selected; undefined where no coding was negotiated. */
  readonly coding?: ContentCoding | 'identity' | undefined
  /** The file that a precompressed one is a coding of. Absent where the representation has no such coding. */
  readonly uncoded?: { readonly key: string; readonly facts: Facts } | undefined
}

/** The result of `resolveKey`. */
export type ResolvedKey =
  | ({ readonly kind: 'representation' } & FoundRepresentation)
  /** A directory whose request target lacks the trailing slash. */
  | { readonly kind: 'redirect' }
  | FoundListing
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** The response of an upstream server, which is passed through to the client. */
  | { readonly kind: 'answered'; readonly answer: PassedAnswer }

/** The entries of a directory. */
export interface FoundListing {
  readonly kind: 'listing'
  /** The key of the directory, with a slash at its end unless it is the root. */
  readonly folder: string
  readonly entries: readonly Entry[]
  /** Called when the listing is rendered, or is not used. */
  readonly leave?: Leave | undefined
}

export interface ResolveSettings {
  /** Names of index files, tried in order for a directory. */
  readonly index: readonly string[]
  /** Extensions, appended in order to a key that is absent. */
  readonly extensions: readonly string[]
  /** Whether a request for a directory without a trailing slash is redirected. */
  readonly redirect: boolean
  /**
   * The names under which a directory without an index is listed besides its own; undefined: not listed.
   */
  readonly list: { readonly names?: readonly string[] } | undefined
  /** Waits until a directory may be listed. Default: at once. */
  readonly enterListing?: (() => Promise<Leave>) | undefined
}

/** Opens the first that exists: the file, the file with an added extension, the index, the listing. */
export async function resolveKey(
  source: ByteSource,
  key: string,
  rules: ResolveSettings,
  request: OpenRequest,
  signal: AbortSignal,
): Promise<ResolvedKey> {
  const isFolder = key === '' || key.endsWith('/')
  const opened = await source.open(key, request, signal)
  if (opened.kind === 'representation') return found(key, opened.representation)
  if (opened.kind === 'refused' || opened.kind === 'answered') return opened

  if (opened.kind === 'absent') {
    const withExtension = isFolder
      ? []
      : rules.extensions.map((extension) => appended(key, request, `.${extension}`))
    const instead =
      (await firstOf(source, withExtension, request, signal)) ??
      (await listingByName(source, key, rules, signal))
    if (opened.answer === undefined) return instead ?? { kind: 'absent' }
    if (instead === undefined) return { kind: 'answered', answer: opened.answer }
    await closeOpened(opened)
    return instead
  }
  if (!isFolder && rules.redirect) return { kind: 'redirect' }

  const folder = isFolder ? key : `${key}/`
  const slash = isFolder ? '' : '/'
  const indexes = rules.index.map((name) => appended(key, request, slash + name))
  const index = await firstOf(source, indexes, request, signal)
  if (index !== undefined) return index
  return (rules.list && (await listing(source, folder, rules, signal))) ?? { kind: 'absent' }
}

/** A key to open in place of the requested one, and its path if the request has one. */
interface Candidate {
  readonly key: string
  readonly path: string | undefined
}

function appended(key: string, { path }: OpenRequest, suffix: string): Candidate {
  return { key: key + suffix, path: path === undefined ? undefined : path + encodePath(suffix) }
}

function found(key: string, representation: Representation): ResolvedKey {
  return { kind: 'representation', key, representation }
}

async function firstOf(
  source: ByteSource,
  candidates: readonly Candidate[],
  request: OpenRequest,
  signal: AbortSignal,
): Promise<ResolvedKey | undefined> {
  for (const { key, path } of candidates) {
    const opened = await source.open(key, { ...request, path }, signal)
    if (opened.kind === 'representation') return found(key, opened.representation)
    if (opened.kind === 'refused' || opened.kind === 'answered') return opened
    await closeOpened(opened)
  }
  return undefined
}

async function listingByName(
  source: ByteSource,
  key: string,
  rules: ResolveSettings,
  signal: AbortSignal,
): Promise<ResolvedKey | undefined> {
  const [, folder = '', name = ''] = /^(.*\/)?([^/]*)$/s.exec(key) ?? []
  if (!rules.list?.names?.includes(name)) return undefined
  const opened = await source.open(folder, { method: 'GET' }, signal)
  await closeOpened(opened)
  return opened.kind === 'directory' ? listing(source, folder, rules, signal) : undefined
}

async function listing(
  source: ByteSource,
  folder: string,
  { enterListing }: ResolveSettings,
  signal: AbortSignal,
): Promise<ResolvedKey | undefined> {
  if (source.list === undefined) return undefined
  const leave = await enterListing?.()
  let entries: Entry[] | undefined
  try {
    signal.throwIfAborted()
    entries = await source.list(folder, signal)
  } finally {
    if (entries === undefined) leave?.()
  }
  return entries && { kind: 'listing', folder, entries, leave }
}
