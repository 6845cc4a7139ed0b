/** How the items of one stream become text, and what is said when it ends. One for each stream. */
export interface Framing<T> {
  readonly contentType: string
  /** Goes out before the first frame. */
  readonly opening: string
  /** Whole in itself: says that the stream is alive. */
  readonly heartbeat: string
  /** @throws LastbyteError BAD_EVENT */
  frame(item: T): string
  /** The terminal frame of a stream that is whole. */
  end(): string
  /** The terminal frame of one that failed. */
  failure(error: unknown): string
}
