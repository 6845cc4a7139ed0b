import { inspect } from 'node:util'

/** Marks a part of a text for a terminal. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'
export type Paint = (style: Style, text: string) => string

/** `util.styleText` of newer versions of Node looks at stdout by itself; this does as it is told. */
export const inColour: Paint = (style, text) => {
  const [open, close] = inspect.colors[style] ?? [0, 0]
  return `\u001b[${open}m${text}\u001b[${close}m`
}

export const plain: Paint = (_style, text) => text
