import { releaseIterator } from '../../async/release-iterator.js'
import type { Slice } from '../../http/byte-range.js'
import type { DigestValue } from '../../http/digest-value.js'
import type { Facts, Representation } from '../byte-source.js'
import { type Resumable, readFromSource } from '../source-read.js'
import { AnswerBody } from './response-body.js'
import { verifyDigest } from './verify-digest.js'

/** Bytes that an answer has brought along, in order from `slice.start`. */
export interface ReceivedBody {
  readonly slice: Slice
  readonly body: AsyncIterator<Uint8Array>
}

/** A digest that the store tells of some of the bytes. */
export interface AnnouncedDigest {
  readonly slice: Slice
  readonly digest: DigestValue
}

/** One version of what stands elsewhere: the answer that opened it, and more of them at need. */
export class RemoteRepresentation implements Representation {
  constructor(
    readonly facts: Facts,
    private readonly resumable: Resumable,
    private atHand: ReceivedBody | undefined,
    private readonly promised: readonly AnnouncedDigest[] = [],
  ) {}

  read(slice: Slice, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const chunks = readFromSource(this.resumable, slice, signal, () => this.#take(slice))
    const promise = this.promised.find(
      ({ slice: { start, end } }) => start === slice.start && end === slice.end,
    )
    return promise === undefined
      ? chunks
      : verifyDigest(chunks, promise.digest, this.resumable.proxy ?? '')
  }

  async close(): Promise<void> {
    releaseIterator(this.atHand?.body)
    this.atHand = undefined
  }

  /** What is at hand goes to the one read that begins where it does. */
  #take({ start }: Slice): AsyncIterator<Uint8Array> | undefined {
    const { atHand } = this
    if (atHand?.slice.start !== start) return undefined
    this.atHand = undefined
    return atHand.body
  }
}

/** The body of an answer that holds these bytes, held to that. */
export function bodyOf(
  answer: { readonly body: AsyncIterator<Uint8Array>; field(name: string): string | undefined },
  { start, end }: Slice,
): AnswerBody {
  return new AnswerBody(answer.body, end - start, answer.field('content-length') !== undefined)
}
