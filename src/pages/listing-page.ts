import type { TimeSlices } from '../async/time-slices.js'
import { encodeKey } from '../http/request-target.js'
import { escapeHtml, shownText } from './escape-html.js'

/** The members of a source's entry that a listing shows. */
export interface ListedEntry {
  readonly name: string
  readonly kind: 'file' | 'directory'
  /** Bytes. */
  readonly size: number
  /** ms since the epoch. */
  readonly lastModified: number
  /** The URL of the page that plays the file; undefined for none. */
  readonly watch?: string | undefined
}

/** Sorts directories before files, then by name with numbers in numeric order: 2 before 10. */
export function sortEntries<T extends ListedEntry>(
  entries: readonly T[],
  slices: TimeSlices,
): Promise<T[]> {
  const byName = new Intl.Collator('en', { numeric: true })
  return slices.sorted(entries, (a, b) => {
    return a.kind === b.kind ? byName.compare(a.name, b.name) : a.kind === 'directory' ? -1 : 1
  })
}

/** Where a directory is, relative to the URL of its listing. */
export interface ListingPlace {
  /** Precedes the names; empty where the URL has a slash at its end. */
  readonly base: string
  readonly parent: string
}

/**
 * The listing of a directory in HTML. Links begin with the name itself: some programs that read listings
 * keep `./` as a part of it. A colon in a name is encoded, so that no name is taken for a scheme.
 *
 * @param path the decoded path of the directory, with a slash at its end
 */
export async function listingPage(
  path: string,
  entries: readonly ListedEntry[],
  slices: TimeSlices,
  { base, parent }: ListingPlace = { base: '', parent: '../' },
): Promise<string> {
  const rows = await slices.map(entries, (entry) => row(entry, base))
  const parentRow =
    path === '/'
      ? ''
      : `<tr><td><a href="${escapeHtml(parent)}">..</a></td><td></td><td></td><td></td></tr>\n`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${shownText(path)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color-scheme: light dark }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid #8884 }
td:nth-child(2), th:nth-child(2) { text-align: right; font-variant-numeric: tabular-nums }
</style>
<h1>${shownText(path)}</h1>
<table>
<thead><tr><th>Name</th><th>Bytes</th><th>Modified</th><th></th></tr></thead>
<tbody>
${parentRow}${rows.join('\n')}
</tbody>
</table>
</html>
`
}

function row({ name, kind, size, lastModified, watch }: ListedEntry, base: string): string {
  const slash = kind === 'directory' ? '/' : ''
  const href = escapeHtml(base + encodeKey(name) + slash)
  const bytes = kind === 'directory' ? '' : size.toLocaleString('en')
  const modified = formatMinute(new Date(lastModified))
  const play = watch === undefined ? '' : `<a href="${escapeHtml(watch)}">watch</a>`
  return `<tr><td><a href="${href}">${shownText(name)}${slash}</a></td><td>${bytes}</td><td>${modified}</td><td>${play}</td></tr>`
}

/** `1994-11-06 08:49` in UTC; empty for a time beyond the range of Date, which a file system can store. */
function formatMinute(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 16).replace('T', ' ')
}
