import type { FastifyReply } from 'fastify'
import { isPlayable } from '../../http/media-type.js'
import { type Companions, companionsOf, isCompanion } from '../../pages/companions.js'
import { sortEntries } from '../../pages/listing-order.js'
import { PROCESS_LISTINGS } from '../../request/listing-gate.js'
import type { ByteSource } from '../../source/byte-source.js'

/** A file whose folder is searched, for a client that may leave meanwhile. */
export interface Sought {
  readonly key: string
  readonly name: string
  readonly signal: AbortSignal
  /** `companions`: where folders are not listed, a page tells no names of other files. */
  readonly shown: 'all' | 'companions'
}

/** The files in the folder that a player has a use for. Folders are searched in turn with the listings of folders. */
export async function findCompanions(
  { request }: FastifyReply,
  source: ByteSource,
  { key, name, signal, shown }: Sought,
): Promise<Companions> {
  if (source.list === undefined) return companionsOf(name, [])
  const folder = key.slice(0, key.lastIndexOf('/') + 1)
  const isWanted = (other: string) =>
    isCompanion(name, other) || (shown === 'all' && isPlayable(other))
  const leave = await PROCESS_LISTINGS.enter(source, request, signal)
  try {
    signal.throwIfAborted()
    const found = (await source.list(folder, signal, isWanted)) ?? []
    signal.throwIfAborted()
    const files = found.filter((entry) => entry.kind === 'file' && isWanted(entry.name))
    const sorted = await sortEntries(files, PROCESS_LISTINGS.slices(signal))
    return companionsOf(
      name,
      sorted.map((entry) => entry.name),
    )
  } finally {
    leave()
  }
}
