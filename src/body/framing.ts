/** Serializes the items of one stream. Each stream has an instance of its own. */
export interface Framing<T> {
  readonly contentType: string
  /** Text before the first frame. */
  readonly opening: string
  /** A complete message without content, sent while the source yields nothing. */
  readonly heartbeat: string
  /** @throws if the item can't be serialized; getters and `toJSON` of the item may throw anything */
  frame(item: T): string
  /** Called when all frames so far have been passed on to the response. */
  flushed(): void
  /** The terminal frame of a complete stream. */
  end(): string
  /**
   * The terminal frame of a failed stream. It describes the frames up to the last `flushed`: those behind it
   * are dropped.
   */
  failure(error: unknown): string
}
