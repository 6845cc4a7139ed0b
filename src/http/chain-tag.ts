import { parseEntityTag, parseTagList } from './entity-tag.js'
import { type RequestFields, singleValue } from './precondition.js'

/**
 * What a tag of a version chain names: the file that grows, at any length and when it is finished; or the
 * `size` bytes that it had once.
 */
export type ChainMember =
  | { readonly kind: 'file' }
  | { readonly kind: 'prefix'; readonly size: number }

/** The tag of the first `size` bytes of a chain: `"abc"` and 5 make `"abc.5"`. */
export function prefixTag(chain: string, size: number): string {
  return `${chain.slice(0, -1)}.${size}"`
}

/** What an opaque tag names in a chain; undefined for one of another chain. */
export function memberOf(opaque: string, chain: string): ChainMember | undefined {
  const name = chain.slice(1, -1)
  if (opaque === name) return { kind: 'file' }
  const [, size] =
    /^\.(0|[1-9]\d{0,15})$/.exec(opaque.startsWith(name) ? opaque.slice(name.length) : '') ?? []
  return size === undefined ? undefined : { kind: 'prefix', size: Number(size) }
}

/** The first strong tag of If-Match, or else of If-Range, that names something in a chain. */
export function pinnedMember(
  fields: RequestFields,
  chain: string,
): { readonly tag: string; readonly member: ChainMember } | undefined {
  const ifMatch = singleValue(fields['if-match'])
  const list = ifMatch === undefined ? undefined : parseTagList(ifMatch)
  const ifRange = parseEntityTag(singleValue(fields['if-range']))
  const tags = list?.kind === 'tags' ? list.tags : []
  for (const { opaque, weak } of ifRange === undefined ? tags : [...tags, ifRange]) {
    const member = weak ? undefined : memberOf(opaque, chain)
    if (member !== undefined) return { tag: `"${opaque}"`, member }
  }
  return undefined
}

/** Whether a condition of a request names something in a chain. */
export function namesMember(fields: RequestFields, chain: string): boolean {
  if (pinnedMember(fields, chain) !== undefined) return true
  const list = parseTagList(singleValue(fields['if-none-match']) ?? '')
  return list.kind === 'tags' && list.tags.some(({ opaque }) => memberOf(opaque, chain))
}
