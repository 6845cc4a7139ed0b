import { LastbyteError } from '../errors.js'
import { isThenable } from '../http/event-stream.js'
import { formatLine, NDJSON_TYPE } from '../http/frame.js'
import { describeFailure } from '../http/stream-error.js'
import type { Framing } from './framing.js'

/** Frames of an application's rows, as NDJSON. */
export class RowFraming implements Framing<unknown> {
  readonly contentType = NDJSON_TYPE
  readonly opening = ''
  readonly heartbeat = formatLine({ type: 'heartbeat' })
  #framed = 0
  #sent = 0

  /** @param now ms since the epoch */
  constructor(private readonly now: () => number) {}

  frame(row: unknown): string {
    const json: string | undefined = JSON.stringify(row)
    if (json === undefined || row instanceof Uint8Array || isThenable(row)) {
      const others = isThenable(row) ? 'a promise' : typeof row
      const received = row instanceof Uint8Array ? 'bytes' : others
      const message = `Cannot send the row: row: expected a JSON value; received ${received}`
      throw new LastbyteError('BAD_EVENT', message, { member: 'row' })
    }
    const offset = this.#framed
    this.#framed += 1
    return `{"type":"data","offset":${offset},"row":${json}}\n`
  }

  flushed(): void {
    this.#sent = this.#framed
  }

  end(): string {
    return formatLine({ type: 'end', size: this.#framed })
  }

  failure(thrown: unknown): string {
    const described = describeFailure(thrown, false)
    const timestamp = new Date(this.now()).toISOString()
    const error = { ...described, timestamp, offset: this.#sent }
    return formatLine({ type: 'error', error })
  }
}
