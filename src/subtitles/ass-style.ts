import type { Style } from './cue-text.js'

/** What a cue takes from a named style of a file in ASS or SSA. */
export interface AssStyle {
  readonly name: string
  readonly on: ReadonlySet<Style>
  /** The place by the digits of a numeric keypad; 2, the bottom's middle, by default. */
  readonly place: number
}

/** The style without a definition. */
export const PLAIN_STYLE: AssStyle = { name: '', on: new Set(), place: 2 }

/** @param fields of the line, by the names of its Format line in lower case */
export function assStyle(fields: ReadonlyMap<string, string>, format: 'ass' | 'ssa'): AssStyle {
  const names: readonly (readonly [string, Style])[] = [
    ['bold', 'b'],
    ['italic', 'i'],
    ['underline', 'u'],
  ]
  // True is -1; some programs write 1.
  const isOn = (name: string) => /^-?1$/.test(fields.get(name) ?? '')
  const alignment = Number(fields.get('alignment') ?? 2)
  return {
    name: styleName(fields.get('name') ?? ''),
    on: new Set(names.flatMap(([name, style]) => (isOn(name) ? [style] : []))),
    place: format === 'ssa' ? keypadOfSsa(alignment) : keypadPlace(alignment),
  }
}

/** Programs write `*Default` for `Default`. */
export function styleName(name: string): string {
  return name.replace(/^\*/, '').toLowerCase()
}

export function keypadPlace(value: number): number {
  return Number.isInteger(value) && value >= 1 && value <= 9 ? value : 2
}

/** The places of SSA: 1 to 3 are the bottom from left to right; with 4 added the top, with 8 the middle. */
export function keypadOfSsa(value: number): number {
  const column = value & 3
  if (column === 0 || value > 11) return 2
  return column + ((value & 4) !== 0 ? 6 : (value & 8) !== 0 ? 3 : 0)
}
