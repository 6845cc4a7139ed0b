/** A piece of a text: text between brackets, or outside of them. */
export interface Piece {
  readonly kind: 'text' | 'bracketed'
  /** Without the brackets. */
  readonly text: string
}

/**
 * Divides a text at pairs of brackets. An opening bracket belongs to a pair if a closing one comes before the next
 * opening one, and is text otherwise: `1 < 2 <i>` contains `<i>` alone. Takes linear time, also for a text of opening
 * brackets alone, for which a regular expression would take quadratic time.
 *
 * @param brackets the opening and the closing character
 */
export function* bracketed(text: string, brackets: '{}' | '<>'): Generator<Piece> {
  const [open, close] = brackets
  let position = 0
  let opened = -1
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === open) opened = index
    if (text[index] !== close || opened < 0) continue
    if (opened > position) yield { kind: 'text', text: text.slice(position, opened) }
    yield { kind: 'bracketed', text: text.slice(opened + 1, index) }
    position = index + 1
    opened = -1
  }
  if (position < text.length) yield { kind: 'text', text: text.slice(position) }
}
