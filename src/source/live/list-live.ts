import type { Entry } from '../entry.js'
import type { ChainState } from './live-chains.js'

/** Files that are examined at the same time. */
const AT_ONCE = 16

/**
 * The entries of a folder without the markers, and with the tags that `open` finds: a file that grows has another one
 * at each length, so it has none here.
 *
 * @param stateOf the state of a file of the folder; undefined for one that has never been live
 */
export async function describeEntries(
  entries: readonly Entry[],
  markers: readonly string[],
  stateOf: (name: string) => Promise<ChainState | undefined>,
): Promise<Entry[]> {
  const files = new Set<string>()
  for (const { kind, name } of entries) if (kind === 'file') files.add(name)
  const isMarker = (name: string) =>
    markers.some((marker) => name.endsWith(marker) && files.has(name.slice(0, -marker.length)))
  const describe = async (entry: Entry): Promise<Entry> => {
    const { kind, name, etag } = entry
    if (kind !== 'file' || etag === undefined) return entry
    if (markers.some((marker) => files.has(name + marker))) return withTag(entry, undefined)
    const state = await stateOf(name)
    return state === undefined ? entry : withTag(entry, tagOf(state, etag))
  }
  const listed = entries.filter(({ kind, name }) => kind !== 'file' || !isMarker(name))
  const described: Entry[] = []
  for (let start = 0; start < listed.length; start += AT_ONCE) {
    described.push(...(await Promise.all(listed.slice(start, start + AT_ONCE).map(describe))))
  }
  return described
}

/** `mode` may be a getter, which a copy leaves out. */
function withTag(entry: Entry, etag: string | undefined): Entry {
  return { ...entry, mode: entry.mode, etag }
}

function tagOf(state: ChainState, etag: string): string | undefined {
  if (state.kind === 'growing') return undefined
  return state.record.entityTag === etag ? state.record.tag : etag
}
