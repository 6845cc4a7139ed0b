/**
 * The form in which names are compared with the words of a filter: without accents and upper case. The server and the
 * script of the page use it, so that both find the same names.
 */
export function foldName(name: string): string {
  return /^[\x20-\x7e]*$/.test(name)
    ? name.toLowerCase()
    : name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** Whether a folded name contains every word of a filter, in any order. */
export function nameFilter(filter: string): (folded: string) => boolean {
  const words = foldName(filter).split(/\s+/).filter(Boolean)
  return (folded) => words.every((word) => folded.includes(word))
}
