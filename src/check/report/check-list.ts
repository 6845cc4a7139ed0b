import type { Check } from '../subject/check-definition.js'
import { docsLink } from './docs-link.js'
import { jsonText } from './json-report.js'
import { type Paint, plain } from './text-style.js'
import { wrapText } from './wrap-text.js'

/** Every check for people: its id, group, requirement, section, strength and level. */
export function checkListText(
  checks: readonly Check[],
  { width = 80, paint = plain }: { readonly width?: number; readonly paint?: Paint } = {},
): string {
  const lines = checks.flatMap(({ id, group, requirement, section, strength, level }, at) => [
    ...(checks[at - 1]?.group === group ? [] : [...(at === 0 ? [] : ['']), paint('bold', group)]),
    `  ${id} (${strength}, ${section}${level === undefined ? '' : `, level ${level}`})`,
    ...wrapText(requirement, width - 4).map((line) => `    ${line}`),
  ])
  return `${lines.join('\n')}\n`
}

/** The same as one JSON document. */
export function checkListJson(checks: readonly Check[]): string {
  const shown = checks.map((check) => {
    const { id, group, requirement, section, strength, level = null, harm } = check
    return { id, group, requirement, section, strength, level, harm, docs: docsLink(check) }
  })
  return jsonText(shown)
}
