/** The members of a text track that a choice depends on. */
export interface NamedTrack {
  /** A language tag (BCP 47); empty without one. */
  readonly language: string
  readonly label: string
}

/**
 * The index of the track for a user who turns subtitles on: that of the first language that has one, also in another
 * region, before tracks of foreign speech alone; otherwise the first one. -1 without tracks.
 *
 * @param languages language tags, the preferred one first
 */
export function preferredTrack(
  tracks: readonly NamedTrack[],
  languages: readonly string[],
): number {
  const whole = tracks.filter(({ label }) => !/forced|commentary/i.test(label))
  for (const among of [whole, tracks]) {
    for (const language of languages) {
      const wanted = language.toLowerCase()
      const exact = among.find((track) => track.language.toLowerCase() === wanted)
      const found = exact ?? among.find((track) => baseOf(track.language) === baseOf(wanted))
      if (found !== undefined) return tracks.indexOf(found)
    }
  }
  const [first] = whole.length > 0 ? whole : tracks
  return first === undefined ? -1 : tracks.indexOf(first)
}

function baseOf(language: string): string {
  return language.toLowerCase().split('-')[0] ?? ''
}
