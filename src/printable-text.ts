/**
 * Characters that a terminal or a reader of a log does not show but acts on: control characters of ASCII and
 * Latin-1 (U+001B and U+009B begin an escape sequence), line separators, and marks that reverse the order of
 * what follows.
 */
const ACTING = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu
/** A fast check for most texts. */
const PLAIN = /^[ -~]*$/

/**
 * Text from outside for a terminal or a log: characters that would act are written as `\u001b`. A text in
 * JSON stays the same JSON.
 */
export function printableText(text: string): string {
  if (PLAIN.test(text)) return text
  return text.replace(ACTING, escapeCharacter)
}

/** The escape of one code unit, in JSON and JavaScript. */
export function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** The same for a text of several lines, whose line ends stay. */
export function printableLines(text: string): string {
  return text.split('\n').map(printableText).join('\n')
}
