/** Serializes the items of one stream. Each stream has an instance of its own. */
export interface Framing<T> {
  readonly contentType: string
  /** Text before the first frame. */
  readonly opening: string
  /** A complete message without content, sent while the source yields nothing. */
  readonly heartbeat: string
  /** @throws LastbyteError BAD_EVENT if the item can't be serialized */
  frame(item: T): string
  /** The terminal frame of a complete stream. */
  end(): string
  /** The terminal frame of a failed stream. */
  failure(error: unknown): string
}
