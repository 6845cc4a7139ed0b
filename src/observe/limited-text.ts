/**
 * A text whose escaped form has at most `limit` characters, as it is; a longer one is cut, with `...` at its end.
 *
 * @param escapeUnit the escaped form of one code unit
 */
export function limitedText(
  text: string,
  limit: number,
  escapeUnit: (unit: string) => string,
): string {
  let size = 0
  for (let at = 0; at < text.length; at += 1) {
    size += escapeUnit(text.charAt(at)).length
    if (size > limit) return `${text.slice(0, at)}...`
  }
  return text
}
