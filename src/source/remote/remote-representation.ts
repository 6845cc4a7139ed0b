import { releaseIterator } from '../../async/release-iterator.js'
import type { Slice } from '../../http/byte-range.js'
import type { DigestValue } from '../../http/digest-value.js'
import type { ResponseHead } from '../../http/response-head.js'
import type { Facts, Representation } from '../representation.js'
import { type Resumable, readFromSource } from '../source-read.js'
import { ResponseBody } from './response-body.js'
import { verifyDigest } from './verify-digest.js'

/** The body of a response: the bytes of `slice`, in order. */
export interface ReceivedBody {
  readonly slice: Slice
  readonly body: AsyncIterator<Uint8Array>
}

/** A digest that a response announced for some of the bytes. */
export interface AnnouncedDigest {
  readonly slice: Slice
  readonly digest: DigestValue
}

/** One version of a representation on another server: the response that opened it, and further ones. */
export class RemoteRepresentation implements Representation {
  constructor(
    readonly facts: Facts,
    private readonly resumable: Resumable,
    private received: ReceivedBody | undefined,
    private readonly announced: readonly AnnouncedDigest[] = [],
  ) {}

  read(slice: Slice, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const chunks = readFromSource(this.resumable, slice, signal, () => this.#takeReceived(slice))
    const announced = this.announced.find(
      ({ slice: { start, end } }) => start === slice.start && end === slice.end,
    )
    return announced === undefined
      ? chunks
      : verifyDigest(chunks, announced.digest, this.resumable.proxy ?? '')
  }

  async close(): Promise<void> {
    releaseIterator(this.received?.body)
    this.received = undefined
  }

  /** The body of the opening response, for the first read that starts where it does. */
  #takeReceived({ start }: Slice): AsyncIterator<Uint8Array> | undefined {
    const { received } = this
    if (received?.slice.start !== start) return undefined
    this.received = undefined
    return received.body
  }
}

/** The body of a response with the bytes of a slice, checked against the slice's length. */
export function bodyOf(
  { body, field }: Pick<ResponseHead, 'field'> & { readonly body: AsyncIterator<Uint8Array> },
  { start, end }: Slice,
): ResponseBody {
  return new ResponseBody(body, end - start, field('content-length') !== undefined)
}
