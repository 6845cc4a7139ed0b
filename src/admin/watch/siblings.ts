import type { FastifyReply } from 'fastify'
import { type Companions, companionsOf, isCompanion } from '../../companions/companions.js'
import { isPlayable } from '../../http/media-type.js'
import { sortEntries } from '../../pages/listing-order.js'
import { PROCESS_LISTINGS } from '../../request/listing-gate.js'
import type { ByteSource } from '../../source/byte-source.js'
import { filesBeside, type SoughtFiles } from './files-beside.js'

/** A file whose folder is searched, for a client that may leave meanwhile. */
export interface Sought {
  readonly key: string
  readonly name: string
  readonly signal: AbortSignal
  /** `companions`: where folders are not listed, a page tells no names of other files. */
  readonly shown: 'all' | 'companions'
  readonly allows: SoughtFiles['allows']
}

/** The files in the folder that a player has a use for. */
export async function findCompanions(
  reply: FastifyReply,
  source: ByteSource,
  { key, name, signal, shown, allows }: Sought,
): Promise<Companions> {
  const folder = key.slice(0, key.lastIndexOf('/') + 1)
  const isWanted = (other: string) =>
    isCompanion(name, other) || (shown === 'all' && isPlayable(other))
  const files = await filesBeside(reply, source, { folder, signal, isWanted, allows })
  const sorted = await sortEntries(files, PROCESS_LISTINGS.slices(signal))
  return companionsOf(
    name,
    sorted.map((entry) => entry.name),
  )
}
