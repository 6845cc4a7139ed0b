import { encode } from 'uqr'

/** Modules of the quiet zone. */
const BORDER = 2

/**
 * Black and white of the colours of 256 that no theme of a terminal replaces, so that a camera can read the code in
 * light and dark ones.
 */
const BLACK_ON_WHITE = '\u001b[38;5;16;48;5;231m'
const RESET = '\u001b[0m'

/** How a code is drawn. `plain` has no colours: it takes the terminal for a dark one. */
export type QrStyle = 'coloured' | 'plain'

/** A QR code of half blocks, two modules in the height of a line. undefined where a line exceeds `columns`. */
export function qrCode(text: string, columns: number, style: QrStyle): string[] | undefined {
  const { data, size } = encode(text, { border: BORDER, ecc: 'L' })
  if (size > columns) return undefined
  const lines: string[] = []
  for (let y = 0; y < size; y += 2) {
    const upper = data[y] ?? []
    // Below the last module of an odd number is one more of the quiet zone.
    const lower = data[y + 1] ?? []
    const line = upper.map((dark, x) => halves(dark, lower[x] ?? false, style)).join('')
    lines.push(style === 'coloured' ? `${BLACK_ON_WHITE}${line}${RESET}` : line)
  }
  return lines
}

/** The character that paints the dark modules in the foreground; without colours the light ones. */
function halves(upper: boolean, lower: boolean, style: QrStyle): string {
  const [top, bottom] = style === 'coloured' ? [upper, lower] : [!upper, !lower]
  if (top) return bottom ? '█' : '▀'
  return bottom ? '▄' : ' '
}
