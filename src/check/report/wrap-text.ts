/**
 * Words in lines of at most `width` characters, as far as no word is longer. A word may have spaces.
 *
 * @param between what is at the end of each line but the last, such as ` \` in a shell
 */
export function wrapWords(words: readonly string[], width: number, between = ''): string[] {
  const lines: string[] = []
  let line: string | undefined
  for (const word of words) {
    const longer: string = line === undefined ? word : `${line} ${word}`
    if (line !== undefined && longer.length + between.length > width) {
      lines.push(line + between)
      line = word
    } else {
      line = longer
    }
  }
  return line === undefined ? lines : [...lines, line]
}

/** A text in lines of at most `width` characters; longer words are divided. */
export function wrapText(text: string, width: number): string[] {
  const parts = new RegExp(`.{1,${width}}`, 'gu')
  return wrapWords(
    text.split(' ').flatMap((word) => word.match(parts) ?? ['']),
    width,
  )
}
