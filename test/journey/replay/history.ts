/** An event as a reader has received it. */
export interface ReceivedEvent {
  readonly id: string
  readonly n: number
  /** The process that produced it. */
  readonly by: number
}

/** All that one reader has received, over all its connections. */
export interface ReaderHistory {
  readonly reader: string
  readonly events: readonly ReceivedEvent[]
  /** How the stream ended for it. */
  readonly ending: string
}

/**
 * What is wrong with the histories of the readers of one stream of the events 1 to `count`: an event that is lost,
 * duplicated, out of order, or not the same for all readers; another end than `end`.
 */
export function violations(histories: readonly ReaderHistory[], count: number): string[] {
  const found: string[] = []
  const known = new Map<number, ReceivedEvent>()
  for (const { reader, events, ending } of histories) {
    let last = 0
    for (const event of events) {
      const { n } = event
      if (n <= last) found.push(`${reader}: event ${n} after ${last}: a duplicate or disorder`)
      else if (n > last + 1) found.push(`${reader}: event ${n} after ${last}: a loss`)
      last = Math.max(last, n)
      const other = known.get(n)
      if (other === undefined) known.set(n, event)
      else if (other.id !== event.id || other.by !== event.by) {
        found.push(`${reader}: event ${n} is ${show(event)}; another reader has ${show(other)}`)
      }
    }
    if (last !== count) found.push(`${reader}: ended after event ${last} of ${count}`)
    if (ending !== 'end') found.push(`${reader}: ended by ${ending}`)
  }
  return found
}

function show({ id, by }: ReceivedEvent): string {
  return `${id} of process ${by}`
}
