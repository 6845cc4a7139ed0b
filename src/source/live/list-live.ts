import type { Entry } from '../entry.js'
import type { ChainState } from './live-chains.js'

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
  const described: Entry[] = []
  for (const entry of entries) {
    const { kind, name, etag } = entry
    if (kind === 'file' && isMarker(name)) continue
    if (kind !== 'file' || etag === undefined) {
      described.push(entry)
    } else if (markers.some((marker) => files.has(name + marker))) {
      described.push({ ...entry, etag: undefined })
    } else {
      const state = await stateOf(name)
      described.push(state === undefined ? entry : { ...entry, etag: tagOf(state, etag) })
    }
  }
  return described
}

function tagOf(state: ChainState, etag: string): string | undefined {
  if (state.kind === 'growing') return undefined
  return state.record.entityTag === etag ? state.record.tag : etag
}
