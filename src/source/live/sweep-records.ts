import { parseKey } from './chain-record.js'
import type { RecordStore } from './record-store.js'

/** ms for which the records of a file are kept that is not at its path any more: it may have been moved. */
const KEPT = 30 * 24 * 3_600_000

/**
 * Removes the records of files that are gone, so that they don't add up.
 *
 * @param idAt the id of the file at a key; undefined where there is none
 * @param now ms since the epoch
 */
export async function sweepRecords(
  store: RecordStore,
  idAt: (key: string) => Promise<string | undefined>,
  now: number,
): Promise<void> {
  const names = await store.names()
  for (const id of names.ids) {
    const all = names.of(id)
    const times = await Promise.all(all.map((name) => store.modifiedAt(name)))
    if (times.some((time) => now - (time ?? 0) < KEPT)) continue
    const head = all.filter((name) => name.endsWith('.head')).at(-1)
    const key = parseKey((head && (await store.read(head))) ?? '')
    if (key !== undefined && (await idAt(key)) === id) continue
    for (const name of all) await store.remove(name)
  }
}
