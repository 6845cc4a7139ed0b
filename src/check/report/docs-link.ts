import type { Check } from '../subject/check-definition.js'

/** Where a check is explained, as a path in this package. */
export function docsLink({ group, id }: Pick<Check, 'group' | 'id'>): string {
  return `docs/checks/${group}.md#${id}`
}
