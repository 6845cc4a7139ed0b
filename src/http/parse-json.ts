/** Arrays and objects in each other that JSON may have. More overflow the stack of code that visits them by recursion. */
export const MOST_JSON_LEVELS = 500

/** Parses JSON of another party. @throws SyntaxError for malformed text, and for more than 500 levels */
export function parseJson(text: string): unknown {
  if (!hasFewLevels(text)) throw new SyntaxError(TOO_DEEP)
  return JSON.parse(text)
}

export const TOO_DEEP = `expected JSON of at most ${MOST_JSON_LEVELS} levels of arrays and objects; received more`

/** Whether a JSON text has at most 500 levels. Its time is linear in the length of the text. */
export function hasFewLevels(text: string): boolean {
  // A level takes at least two characters.
  if (text.length < 2 * MOST_JSON_LEVELS) return true
  let levels = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit === QUOTE) at = endOfString(text, at)
    else if (unit === BRACKET || unit === BRACE) levels += 1
    else if (unit === BRACKET + 2 || unit === BRACE + 2) levels -= 1
    if (levels > MOST_JSON_LEVELS) return false
  }
  return true
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** The closing one follows two units later. */
const BRACKET = 0x5b
const BRACE = 0x7b

/** The position of the quote that ends a string; the end of a text that lacks it. */
function endOfString(text: string, start: number): number {
  for (let from = start + 1; ; ) {
    const end = text.indexOf('"', from)
    if (end === -1) return text.length
    let before = end - 1
    while (text.charCodeAt(before) === BACKSLASH) before -= 1
    if ((end - before) % 2 === 1) return end
    from = end + 1
  }
}
