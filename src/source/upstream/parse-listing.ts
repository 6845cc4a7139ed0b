import { parseJson } from '../../http/parse-json.js'
import { parsePath } from '../../http/request-target.js'
import type { Entry } from '../entry.js'

/**
 * The entries of a folder from the JSON that its server sends: an array of objects as of nginx (`autoindex_format
 * json`) and Caddy (`file_server browse`), or `dirs` and `files` as of lastbyte and @fastify/static. undefined for
 * anything else. Names that no URL can have and names that start with a dot are left out, and so is what is neither
 * file nor folder.
 */
export function parseListing(text: string): Entry[] | undefined {
  const listing = parsed(text)
  const items = Array.isArray(listing) ? listing.map(itemOf) : itemsByKind(listing)
  if (items === undefined || items.includes('malformed')) return undefined
  return items.filter((item) => item !== 'malformed').filter(isListed)
}

/** An entry; `other` is a socket or a device. */
type Item = Omit<Entry, 'kind'> & { readonly kind: Entry['kind'] | 'other' }

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

function isListed(item: Item): item is Entry {
  const { kind, name } = item
  return kind !== 'other' && name !== '' && !/^\.|\//.test(name) && parsePath(name) === name
}

/** An element of an array: `type`, `mtime` of nginx, or `is_dir`, `mod_time` of Caddy. */
function itemOf(value: unknown): Item | 'malformed' {
  if (!isObject(value)) return 'malformed'
  const { name, type, is_dir, size, mtime, mod_time } = value
  const isKnown = typeof type === 'string' || typeof is_dir === 'boolean'
  if (typeof name !== 'string' || !isKnown) return 'malformed'
  const given = is_dir === undefined ? type : is_dir ? 'directory' : 'file'
  const kind = given === 'directory' || given === 'file' ? given : 'other'
  return { name: name.replace(/\/$/, ''), kind, ...sizeAndTime(kind, size, mtime ?? mod_time) }
}

function itemsByKind(listing: unknown): (Item | 'malformed')[] | undefined {
  if (!isObject(listing)) return undefined
  const { dirs, files } = listing
  if (!Array.isArray(dirs) || !Array.isArray(files)) return undefined
  return [
    ...dirs.map((value) => namedItem(value, 'directory')),
    ...files.map((value) => namedItem(value, 'file')),
  ]
}

/** A name, or an object with `name` and `stats`. */
function namedItem(value: unknown, kind: Entry['kind']): Item | 'malformed' {
  if (typeof value === 'string') return { name: value, kind, ...sizeAndTime(kind, 0, 0) }
  if (!isObject(value) || typeof value.name !== 'string') return 'malformed'
  const { size, mtime } = isObject(value.stats) ? value.stats : {}
  return { name: value.name, kind, ...sizeAndTime(kind, size, mtime) }
}

function sizeAndTime(
  kind: Item['kind'],
  size: unknown,
  time: unknown,
): Pick<Entry, 'size' | 'lastModified'> {
  const lastModified = typeof time === 'string' ? Date.parse(time) : 0
  const isSize = kind === 'file' && Number.isSafeInteger(size) && Number(size) >= 0
  return {
    size: isSize ? Number(size) : 0,
    lastModified: Number.isNaN(lastModified) ? 0 : lastModified,
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
