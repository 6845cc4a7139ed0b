/**
 * The path of a line through rates, in a box with the origin at its top left: for `d` of an SVG path. The newest rate
 * is at the right edge.
 *
 * @param range the least and the most rates that fill the width
 */
export function sparkline(
  rates: readonly number[],
  range: { readonly least: number; readonly most: number },
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const shown = rates.slice(-range.most)
  const points = Math.max(range.least, shown.length)
  if (shown.length < 2) return ''
  const most = Math.max(1, ...shown)
  const step = width / (points - 1)
  const begin = width - step * (shown.length - 1)
  const coordinates = shown.map((rate, index) => {
    return `${round(begin + index * step)} ${round(height - (rate / most) * height)}`
  })
  return `M${coordinates.join('L')}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
