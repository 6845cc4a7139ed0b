import type { DigestCache, DigestSubject } from '../source/digest/digest-cache.js'
import type { Asker } from '../source/digest/fair-queue.js'
import type { CrcStore } from './member-crcs.js'
import type { MemberIndex } from './member-index.js'

/** Keeps CRCs beside the digests of a source, by version. Those of members without a version are not kept. */
export class SourceCrcs implements CrcStore {
  /** @param read the bytes of a whole member that has no version */
  constructor(
    private readonly members: MemberIndex,
    private readonly digests: DigestCache,
    private readonly asker: Asker,
    private readonly read: (member: number, signal: AbortSignal) => Promise<number>,
  ) {}

  known(member: number): number | undefined {
    const subject = this.#subject(member)
    const bytes = subject && this.digests.known(subject)
    return bytes && numberIn(bytes)
  }

  note(member: number, crc: number): void {
    const subject = this.#subject(member)
    if (subject !== undefined) this.digests.note(subject, bytesOf(crc))
  }

  async compute(member: number, signal: AbortSignal): Promise<number> {
    const subject = this.#subject(member)
    if (subject === undefined) return this.read(member, signal)
    return numberIn(await this.digests.compute(subject, signal, this.asker))
  }

  #subject(member: number): DigestSubject | undefined {
    const etag = this.members.etag(member)
    if (etag === undefined) return undefined
    const slice = { start: 0, end: this.members.member(member).size }
    return { key: this.members.key(member), etag, slice, algorithm: 'crc32' }
  }
}

function numberIn(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
}

function bytesOf(crc: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, crc)
  return bytes
}
