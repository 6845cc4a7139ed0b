import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { LastbyteError } from '../../errors.js'
import { failedStep, type Step } from './reconnecting-stream.js'

/**
 * Creates a parser for the chunks of one connection that carries Server-Sent Events (HTML Living
 * Standard §9.2.5). An event that is incomplete at the end is dropped together with its id.
 *
 * @param most characters of an event; a longer one fails with REFUSED
 * @param onRetry called with the ms of each `retry` field
 */
export function parseEvents(
  most: number,
  onRetry: (ms: number) => void,
): (chunk: Uint8Array) => Step<EventSourceMessage>[] {
  let steps: Step<EventSourceMessage>[] = []
  const decoder = new TextDecoder()
  const parser = createParser({
    // The parser measures what it buffers between two chunks, so complete events are measured here.
    maxBufferSize: most,
    onEvent: (item) => void steps.push(withinLimit(item, item.data.length, most)),
    onRetry,
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') steps.push(failedStep(tooLong(most)))
    },
  })
  /** Whether the text so far ends with a CR. */
  let isAfterReturn = false
  return (chunk) => {
    steps = []
    const decoded = decoder.decode(chunk, { stream: true })
    if (decoded === '') return steps
    const text = isAfterReturn && decoded.startsWith('\n') ? decoded.slice(1) : decoded
    isAfterReturn = text.endsWith('\r')
    // The parser waits behind a CR for the LF that may follow; at the end of a stream, or before a pause,
    // that would withhold an event that is complete.
    parser.feed(isAfterReturn ? `${text}\n` : text)
    return steps
  }
}

/**
 * Creates a parser for the chunks of one connection that carries lines (NDJSON). Lines have no line
 * feed; one that is incomplete at the end is dropped.
 *
 * @param most characters of a line; a longer one fails with REFUSED
 */
export function parseLines(most: number): (chunk: Uint8Array) => Step<string>[] {
  const decoder = new TextDecoder()
  /** The parts of a line whose end has not been received, joined once because a line may be long. */
  let incomplete: string[] = []
  let length = 0
  return (chunk) => {
    const text = decoder.decode(chunk, { stream: true })
    const end = text.lastIndexOf('\n')
    const steps: Step<string>[] = []
    if (end !== -1) {
      const complete = incomplete.join('') + text.slice(0, end)
      for (const line of complete.split('\n')) steps.push(withinLimit(line, line.length, most))
      incomplete = []
      length = 0
    }
    incomplete.push(text.slice(end + 1))
    length += text.length - end - 1
    return length > most ? [...steps, failedStep(tooLong(most))] : steps
  }
}

function withinLimit<T>(item: T, length: number, most: number): Step<T> {
  return length > most ? failedStep(tooLong(most)) : { kind: 'item', item }
}

function tooLong(most: number): LastbyteError {
  const message = `Cannot read the stream: expected events or lines of at most ${most} characters ("most"); received a longer one`
  return new LastbyteError('REFUSED', message, { most })
}
