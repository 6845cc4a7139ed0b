/** A longer name is no misspelling of an option. */
const LONGEST = 64

/** The known name that a misspelled one most likely means, or undefined where none is similar. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined
  const given = normalize(name)
  const [nearest] = known
    .map((each) => ({ each, text: normalize(each) }))
    .map(({ each, text }) => ({ each, text, distance: distanceOf(given, text) }))
    .filter(({ text, distance }) => distance <= Math.max(given.length, text.length) / 3)
    .sort((a, b) => a.distance - b.distance)
  return nearest?.each
}

/** `retry-for`, `retry_for` and `RETRYFOR` are the same name. */
function normalize(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '')
}

/** The edits between two texts: a character inserted, removed or replaced, or two exchanged. */
function distanceOf(a: string, b: string): number {
  let [last, row]: number[][] = [[], Array.from({ length: b.length + 1 }, (_none, index) => index)]
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isExchange = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const exchanged = isExchange ? at(last, j - 2) + 1 : replaced
      next.push(Math.min(replaced, exchanged, at(row, j) + 1, at(next, j - 1) + 1))
    }
    ;[last, row] = [row ?? [], next]
  }
  return at(row, b.length)
}

function at(row: readonly number[] | undefined, index: number): number {
  return row?.[index] ?? 0
}
