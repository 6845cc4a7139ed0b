/** Characters that a shell takes as they are. */
const PLAIN = /^[\w@%+=:,./-]+$/
/** Bytes that only `$'…'` can write, so that a terminal and a locale change none of them. */
const NOT_PRINTABLE = /[^ -~]/

/**
 * A text as one word of a POSIX shell. Characters outside ASCII are written by their bytes in Latin-1, which header
 * fields have; `$'…'` is known to bash, zsh, ksh and dash from 0.5.13.
 */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text
  if (!NOT_PRINTABLE.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`
  const escaped = text.replace(/['\\]/g, '\\$&').replace(/[^ -~]/g, escapeByte)
  return `$'${escaped}'`
}

/** In octal: an escape of three digits ends where it should, whatever follows. */
function escapeByte(character: string): string {
  const bytes = Buffer.from(character, character > '\u00ff' ? 'utf8' : 'latin1')
  return [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}
