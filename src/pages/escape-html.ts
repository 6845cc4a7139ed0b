import { printableText } from '../printable-text.js'

/**
 * A name for people in HTML, where no mark of direction makes another name of it; the page is also printed on
 * terminals.
 */
export function shownText(name: string): string {
  return escapeHtml(printableText(name))
}

/** Escapes text for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
