import { parseEntityTag } from '../http/entity-tag.js'
import { parseHttpDate } from '../http/http-date.js'
import type { Validator } from '../resume/judge-response.js'

/** The version of a media file that all bytes of a player must be of. */
export interface MediaPin {
  /** The strong entity tag with its quotes. Without one, `lastModified` identifies the version. */
  readonly etag?: string | undefined
  /** The value of Last-Modified. */
  readonly lastModified?: string | undefined
  /** Bytes of the whole file. */
  readonly size: number
  /** The value of Content-Type. */
  readonly type?: string | undefined
  /** `none`: the server has responded to a Range with the whole file. */
  readonly ranges?: 'none' | undefined
  /** ms to retry without progress. Default: that of the worker, 10 minutes. */
  readonly retryFor?: number | undefined
  /** ms in which the server must send something. Default: that of the worker, 15 s. */
  readonly stall?: number | undefined
}

/** The name of the pin in a fragment, beside those of Media Fragments (`t`, `track`, `id`, `xywh`). */
const NAME = 'lastbyte='

/**
 * The URL with a pin in its fragment, which browsers send to no server but pass to a service worker. Other
 * members of the fragment stay: `film.mp4#t=10` starts at 10 s with a pin, too.
 */
export function pinnedUrl(url: string, pin: MediaPin): string {
  const { size, etag, lastModified, type, ranges, retryFor, stall } = pin
  const members = [size, etag, lastModified, type, ranges, retryFor, stall]
  const value = members.map((member) => encodeURIComponent(member ?? '')).join(',')
  const bare = unpinnedUrl(url)
  return `${bare}${bare.includes('#') ? '&' : '#'}${NAME}${value.replace(/,+$/, '')}`
}

/** The URL without a pin. Other members of its fragment stay. */
export function unpinnedUrl(url: string): string {
  const [bare, fragment] = split(url)
  const others = fragment.split('&').filter((member) => !member.startsWith(NAME))
  const rest = others.join('&')
  return rest === '' ? bare : `${bare}#${rest}`
}

/** The pin of a URL; undefined for a URL without one, and for one that identifies no version. */
export function pinOf(url: string): MediaPin | undefined {
  const [, fragment] = split(url)
  const member = fragment.split('&').find((member) => member.startsWith(NAME))
  const members = member?.slice(NAME.length).split(',').map(decoded) ?? []
  const [size, etag, lastModified, type, ranges, retryFor, stall] = members
  const bytes = numberOf(size)
  const isTag = etag !== undefined && parseEntityTag(etag)?.weak === false
  const isDate = parseHttpDate(lastModified, 0) !== undefined
  if (bytes === undefined || (etag !== undefined && !isTag) || !(isTag || isDate)) return undefined
  // The value comes from a link that anybody may have made, and is sent as a field.
  if (members.some((member) => member !== undefined && /[^\x20-\xff]/.test(member)))
    return undefined
  return {
    size: bytes,
    etag,
    lastModified,
    type,
    ranges: ranges === 'none' ? ranges : undefined,
    retryFor: numberOf(retryFor),
    stall: numberOf(stall),
  }
}

/** What identifies the version of a pin. */
export function validatorOfPin({ etag, lastModified = '' }: MediaPin): Validator {
  return etag === undefined ? { kind: 'date', lastModified } : { kind: 'strong', etag }
}

/** The text before the first `#`, and the one after it. */
function split(url: string): [bare: string, fragment: string] {
  const at = url.indexOf('#')
  return at === -1 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)]
}

function decoded(member: string): string | undefined {
  try {
    return decodeURIComponent(member) || undefined
  } catch {
    // A % without two digits: no pin has such a member, so the character is none of a field.
    return '\0'
  }
}

function numberOf(text: string | undefined): number | undefined {
  const value = /^\d+$/.test(text ?? '') ? Number(text) : Number.NaN
  return Number.isSafeInteger(value) ? value : undefined
}
