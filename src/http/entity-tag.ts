/** An entity tag (RFC 9110 §8.8.3). `opaque` is the text between the quotes. */
export interface EntityTag {
  readonly opaque: string
  readonly weak: boolean
}

/** The value of If-Match or If-None-Match. Malformed members match nothing and are left out. */
export type TagList =
  | { readonly kind: 'any' }
  | { readonly kind: 'tags'; readonly tags: EntityTag[] }

const TAG = /^(W\/)?"([\x21\x23-\x7e\x80-\u{10ffff}]*)"$/u
const MEMBER = /(?:"[^"]*"|[^,])+/g

/** Parses one entity tag; undefined if the text is not an entity tag. */
export function parseEntityTag(text: string | undefined): EntityTag | undefined {
  const [, weak, opaque] = TAG.exec(text?.trim() ?? '') ?? []
  return opaque === undefined ? undefined : { opaque, weak: weak !== undefined }
}

/** Parses a list of entity tags or `*` (RFC 9110 §13.1.1). A tag may contain a comma. */
export function parseTagList(field: string): TagList {
  if (field.trim() === '*') return { kind: 'any' }
  const members = Array.from(field.matchAll(MEMBER), ([member]) => parseEntityTag(member))
  return { kind: 'tags', tags: members.filter((tag) => tag !== undefined) }
}

/** Strong comparison (RFC 9110 §8.8.3.2): equal, and neither is weak. */
export function strongMatch(a: EntityTag | undefined, b: EntityTag | undefined): boolean {
  return weakMatch(a, b) && a?.weak === false && b?.weak === false
}

/** Weak comparison (RFC 9110 §8.8.3.2): the opaque parts are equal. */
export function weakMatch(a: EntityTag | undefined, b: EntityTag | undefined): boolean {
  return a !== undefined && b !== undefined && a.opaque === b.opaque
}
