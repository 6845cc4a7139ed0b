import { isPromise } from 'node:util/types'
import { releaseIterator } from '../async/release-iterator.js'
import { LastbyteError } from '../errors.js'
import { isThenable } from '../http/json-text.js'

/** A source of items that can be iterated or read as a stream. */
export type ReadableItems<T> =
  | Iterable<T>
  | AsyncIterable<T>
  | ReadableStream<T>
  | NodeJS.ReadableStream

/** Readable items, a promise of them, or a function that returns either. */
export type StreamSource<T, Context> =
  | ReadableItems<T>
  | PromiseLike<ReadableItems<T>>
  | ((context: Context) => ReadableItems<T> | PromiseLike<ReadableItems<T>>)

/** An opened source. `return` releases it without waiting for an item that was requested. */
interface OpenItems<T> {
  next(): Promise<IteratorResult<T>>
  return?(): unknown
}

type NodeStream = NodeJS.ReadableStream & { destroy(): void }

/**
 * Iterates a source of any kind. A function is called when the first item is requested. `return`
 * closes the source at once; a source that is still pending is closed when it arrives.
 */
export class StreamReader<T, Context> implements AsyncIterator<T> {
  #opened: OpenItems<T> | undefined
  #stopped = false
  /** Whether an item has been requested, so that the source is opened, or closed, when it arrives. */
  #requested = false

  /**
   * @param context undefined for a source that is no function
   * @throws LastbyteError BAD_EVENT if the source can't be read
   */
  constructor(
    private readonly source: StreamSource<T, Context>,
    private readonly context: Context | undefined,
  ) {
    if (typeof source === 'function') return
    if (!isThenable(source)) this.#opened = open(source)
    // A rejection is delivered with the first item; before that it must not be unhandled.
    else source.then(undefined, () => {})
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#opened === undefined || this.#stopped) return this.#first()
    return this.#opened.next()
  }

  async return(): Promise<IteratorResult<T>> {
    const isFirst = !this.#stopped
    this.#stopped = true
    if (this.#opened !== undefined) await this.#opened.return?.()
    else if (isFirst && isThenable(this.source) && !this.#requested)
      this.#closeWhenOpen(this.source)
    return { done: true, value: undefined }
  }

  #closeWhenOpen(source: PromiseLike<ReadableItems<T>>): void {
    // Its rejection is ignored, since nothing reads the stream.
    Promise.resolve(source)
      .then((items) => open(items).return?.())
      .catch(() => {})
  }

  async #first(): Promise<IteratorResult<T>> {
    if (this.#stopped) return { done: true, value: undefined }
    this.#requested = true
    this.#opened = open(await this.#call())
    if (!this.#stopped) return this.#opened.next()
    // An error of the source after the stream has ended concerns nobody.
    this.return().catch(() => {})
    return { done: true, value: undefined }
  }

  #call(): ReadableItems<T> | PromiseLike<ReadableItems<T>> {
    return typeof this.source === 'function' ? this.source(this.context as Context) : this.source
  }
}

/** Closes a source that is not read, so that neither it nor its rejection stays behind. Never throws. */
export function discardSource<T, Context>(source: StreamSource<T, Context>): void {
  try {
    // A function is not called, so it needs no context.
    releaseIterator(new StreamReader(source, undefined))
  } catch {
    // It is no source.
  }
}

function open<T>(source: ReadableItems<T>): OpenItems<T> {
  if (isWebStream(source)) {
    const reader = source.getReader()
    const next = () => reader.read() as Promise<IteratorResult<T>>
    return { next, return: () => reader.cancel() }
  }
  if (isNodeStream(source)) {
    // The stream may fail before it is read; an unhandled 'error' event would end the process.
    source.on('error', () => {})
    const items = source[Symbol.asyncIterator]() as AsyncIterator<T>
    return { next: () => items.next(), return: () => source.destroy() }
  }
  return openIterable(source as Iterable<T> | AsyncIterable<T>)
}

function openIterable<T>(source: Iterable<T> | AsyncIterable<T>): OpenItems<T> {
  const { [Symbol.asyncIterator]: iterateAsync, [Symbol.iterator]: iterate } = Object(source)
  if (typeof iterateAsync === 'function') {
    return iterateAsync.call(source)
  }
  if (typeof iterate === 'function' && typeof source !== 'string') {
    if (Array.isArray(source)) handleRejections(source)
    const items: Iterator<T> = iterate.call(source)
    const next = async () => {
      const result = items.next()
      // As `for await` does, so that the rejection of a promise in an array is not unhandled.
      const { done, value } = result
      return isThenable(value) && !done ? { done: false, value: (await value) as T } : result
    }
    return { next, return: () => items.return?.() }
  }
  const expected = 'an iterable, a stream, a promise of one or a function that returns one'
  const message = `Cannot send the stream: source: expected ${expected}; received ${source === null ? source : typeof source}`
  throw new LastbyteError('BAD_EVENT', message, { member: 'source' })
}

/** Promises in an array have begun already. The rejection of one that is never reached must not be unhandled. */
function handleRejections(items: readonly unknown[]): void {
  for (const item of items) if (isPromise(item)) item.catch(() => {})
}

function isWebStream<T>(value: unknown): value is ReadableStream<T> {
  return typeof (value as { getReader?: unknown } | undefined)?.getReader === 'function'
}

function isNodeStream(value: unknown): value is NodeStream {
  const { pipe, destroy } = Object(value)
  return typeof pipe === 'function' && typeof destroy === 'function'
}
