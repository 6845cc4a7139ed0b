import { LastbyteError } from '../errors.js'

/** What a stream is read from. */
export type ReadableItems<T> =
  | Iterable<T>
  | AsyncIterable<T>
  | ReadableStream<T>
  | NodeJS.ReadableStream

/** The same at once, or as a promise of it, or as what gives it when it is called. */
export type StreamSource<T, Context> =
  | ReadableItems<T>
  | Promise<ReadableItems<T>>
  | ((context: Context) => ReadableItems<T> | Promise<ReadableItems<T>>)

/** What is read from, and how to let it go without waiting for it. */
interface Opened<T> {
  readonly next: () => Promise<IteratorResult<T>>
  readonly letGo: () => unknown
}

type NodeStream = NodeJS.ReadableStream & { destroy(): void }

/**
 * The items of a source of whatever kind, which is first touched when the first item is asked for.
 * `return` lets the source go at once, and one that is still to come as soon as it does.
 */
export class StreamReader<T, Context> implements AsyncIterator<T> {
  #opened: Opened<T> | undefined
  #stopped = false

  /** @throws LastbyteError BAD_EVENT where the source is nothing that can be read */
  constructor(
    private readonly source: StreamSource<T, Context>,
    private readonly context: Context,
  ) {
    if (typeof source === 'function') return
    if (!(source instanceof Promise)) this.#opened = open(source)
    // It meets whoever asks for the first item; until then it must not count as unhandled.
    else source.catch(() => {})
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#opened === undefined || this.#stopped) return this.#first()
    return this.#opened.next()
  }

  async return(): Promise<IteratorResult<T>> {
    this.#stopped = true
    await this.#opened?.letGo()
    return { done: true, value: undefined }
  }

  async #first(): Promise<IteratorResult<T>> {
    if (this.#stopped) return { done: true, value: undefined }
    this.#opened = open(await this.#call())
    if (!this.#stopped) return this.#opened.next()
    this.#opened.letGo()
    return { done: true, value: undefined }
  }

  #call(): ReadableItems<T> | Promise<ReadableItems<T>> {
    return typeof this.source === 'function' ? this.source(this.context) : this.source
  }
}

function open<T>(source: ReadableItems<T>): Opened<T> {
  if (isWebStream(source)) {
    const reader = source.getReader()
    const next = () => reader.read() as Promise<IteratorResult<T>>
    return { next, letGo: () => reader.cancel() }
  }
  if (isNodeStream(source)) {
    // It may fail before it is read: an error that nobody listens for would end the process.
    source.on('error', () => {})
    const items = source[Symbol.asyncIterator]() as AsyncIterator<T>
    return { next: () => items.next(), letGo: () => source.destroy() }
  }
  return iterated(source as Iterable<T> | AsyncIterable<T>)
}

function iterated<T>(source: Iterable<T> | AsyncIterable<T>): Opened<T> {
  const { [Symbol.asyncIterator]: eventual, [Symbol.iterator]: immediate } = Object(source)
  if (typeof eventual === 'function') {
    const items: AsyncIterator<T> = eventual.call(source)
    return { next: () => items.next(), letGo: () => items.return?.() }
  }
  if (typeof immediate === 'function' && typeof source !== 'string') {
    const items: Iterator<T> = immediate.call(source)
    return { next: async () => items.next(), letGo: () => items.return?.() }
  }
  const message = 'Cannot send stream: source: wants an iterable, a stream, or what gives one'
  throw new LastbyteError('BAD_EVENT', message, { member: 'source' })
}

function isWebStream<T>(value: unknown): value is ReadableStream<T> {
  return typeof (value as { getReader?: unknown } | undefined)?.getReader === 'function'
}

function isNodeStream(value: unknown): value is NodeStream {
  const { pipe, destroy } = Object(value)
  return typeof pipe === 'function' && typeof destroy === 'function'
}
