import { crc32 } from 'node:zlib'
import { attachment } from '../http/content-disposition.js'
import type { DigestCache } from '../source/digest/digest-cache.js'
import type { Asker } from '../source/digest/fair-queue.js'
import type { Representation } from '../source/representation.js'
import { type Collected, type Collecting, collectMembers } from './collect-members.js'
import { MemberCrcs } from './member-crcs.js'
import type { MemberIndex } from './member-index.js'
import { openMember } from './open-member.js'
import type { Selection } from './selection.js'
import { SourceCrcs } from './source-crcs.js'
import { ZipRepresentation } from './zip-representation.js'

/** What an archive is made of, and for whom. */
export interface ArchiveRequest {
  /** The file name under which it is saved. */
  readonly name: string
  readonly selections: readonly Selection[]
  readonly collecting: Collecting
  readonly digests: DigestCache
  readonly asker: Asker
  /** Calls, while the reading waits for a CRC. Default: nothing is noted of it. */
  readonly duringWork?: <T>(work: Promise<T>) => Promise<T>
}

/** The archive; or why there is none, as `Collected` says. */
export type OpenedArchive =
  | { readonly kind: 'representation'; readonly representation: Representation }
  | Exclude<Collected, { readonly kind: 'members' }>

/**
 * The archive of files and folders, as one file. Its bytes and its entity tag depend on the versions of the members
 * alone.
 *
 * @throws as `collectMembers`
 */
export async function openArchive(request: ArchiveRequest): Promise<OpenedArchive> {
  const { selections, collecting } = request
  const collected = await collectMembers(selections, collecting)
  if (collected.kind !== 'members') return collected
  return { kind: 'representation', representation: representationOf(request, collected.members) }
}

function representationOf(
  { name, collecting, digests, asker, duringWork }: ArchiveRequest,
  members: MemberIndex,
): ZipRepresentation {
  const open = (member: number, signal: AbortSignal) =>
    openMember(collecting.source, members, member, signal)
  const store = new SourceCrcs(members, digests, asker, async (member, signal) => {
    const representation = await open(member, signal)
    try {
      let crc = 0
      const { size } = representation.facts
      for await (const chunk of representation.read({ start: 0, end: size }, signal)) {
        crc = crc32(chunk, crc)
      }
      return crc
    } finally {
      await representation.close()
    }
  })
  const facts = {
    name,
    contentType: 'application/zip',
    size: members.places().size,
    etag: members.entityTag(),
    // Its entity tag tells it from other archives of the same folder.
    query: '?zip',
    fields: { 'content-disposition': attachment(name) },
  }
  return new ZipRepresentation(facts, {
    members,
    crcs: new MemberCrcs(members, store, duringWork),
    open,
  })
}
