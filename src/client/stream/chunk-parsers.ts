import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { LastbyteError } from '../../errors.js'
import { failed, type Step } from './reconnecting-stream.js'

/**
 * Reads the parts of one connection as events. What is incomplete at its end is dropped, its id too.
 *
 * @param most characters of an event
 */
export function parseEvents(
  most: number,
  onRetry: (ms: number) => void,
): (part: Uint8Array) => Step<EventSourceMessage>[] {
  let steps: Step<EventSourceMessage>[] = []
  const decoder = new TextDecoder()
  const parser = createParser({
    maxBufferSize: most,
    onEvent: (item) => void steps.push({ kind: 'item', item }),
    onRetry,
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') steps.push(failed(tooLarge(most)))
    },
  })
  return (part) => {
    steps = []
    parser.feed(decoder.decode(part, { stream: true }))
    return steps
  }
}

/** The same as lines, each without its end. */
export function parseLines(most: number): (part: Uint8Array) => Step<string>[] {
  const decoder = new TextDecoder()
  let begun: string[] = []
  let length = 0
  return (part) => {
    const text = decoder.decode(part, { stream: true })
    const end = text.lastIndexOf('\n')
    const steps: Step<string>[] = []
    if (end !== -1) {
      const whole = begun.join('') + text.slice(0, end)
      for (const item of whole.split('\n')) steps.push({ kind: 'item', item })
      begun = []
      length = 0
    }
    begun.push(text.slice(end + 1))
    length += text.length - end - 1
    return length > most ? [...steps, failed(tooLarge(most))] : steps
  }
}

function tooLarge(most: number): LastbyteError {
  const message = `Cannot read stream: an event or a line has more than ${most} characters`
  return new LastbyteError('REFUSED', message, { most })
}
