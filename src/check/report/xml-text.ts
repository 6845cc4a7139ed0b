import { printableText } from '../../printable-text.js'

/** What XML 1.0 has no room for, not even escaped (§2.2), beside the control characters. */
const NOT_XML = /\p{Cs}|[\ufffe\uffff]/gu

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Any text for an attribute or a text of XML: control characters become `\u001b`, other impossible ones U+FFFD. */
export function xmlText(text: string): string {
  const possible = printableText(text).replace(NOT_XML, '\ufffd')
  return possible.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

/** The same for a text of several lines. */
export function xmlLines(text: string): string {
  return text.split('\n').map(xmlText).join('\n')
}
