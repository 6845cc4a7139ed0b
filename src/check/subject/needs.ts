import { parseEntityTag } from '../../http/entity-tag.js'
import type { Facts } from './facts.js'
import type { Subject } from './subject.js'

/** Why a server can't be checked for something; undefined if it can. */
type Lack = (subject: Subject) => string | undefined

const lacking =
  (isMet: (facts: Facts, subject: Subject) => boolean, reason: string): Lack =>
  (subject) =>
    isMet(subject.facts, subject) ? undefined : reason

/** What checks may need of a server, and why they are skipped without it. */
export const NEEDS = {
  size: lacking(({ size }) => size !== undefined, 'the server tells no size'),
  /** At least four bytes, so that first, middle and last are different. */
  bytes: lacking(({ size = 4 }) => size >= 4, 'the representation has fewer than four bytes'),
  ranges: lacking(({ isRanged }) => isRanged, 'the server ignores Range'),
  etag: lacking(
    ({ etag }) => parseEntityTag(etag) !== undefined,
    'the server sends no ETag that is well-formed',
  ),
  'strong-etag': lacking(({ etag }) => isStrong(etag), 'the server sends no strong ETag'),
  'last-modified': lacking(
    ({ lastModified }) => lastModified !== undefined,
    'the server sends no Last-Modified',
  ),
  redirect: lacking(({ redirects }) => redirects.length > 0, 'the URL does not redirect'),
  addresses: lacking(({ addresses }) => addresses.length > 1, 'the host has one address'),
  'http/1.1': lacking((_, { version }) => version !== '2', 'the server is checked over HTTP/2'),
  'http/2': lacking((_, { version }) => version === '2', 'the server is checked over HTTP/1.1'),
  tls: lacking((_, { url }) => url.protocol === 'https:', 'the connection is not encrypted'),
  change: lacking((_, { change }) => change !== undefined, 'no command changes the file'),
} as const satisfies Record<string, Lack>

export type Need = keyof typeof NEEDS

function isStrong(etag: string | undefined): boolean {
  return parseEntityTag(etag)?.weak === false
}
