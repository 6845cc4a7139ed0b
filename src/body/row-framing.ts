import { LastbyteError } from '../errors.js'
import { formatLine, NDJSON_TYPE } from '../http/frame.js'
import { describeFailure } from '../http/stream-error.js'
import type { Framing } from './framing.js'

/** Frames of an application's rows, as NDJSON. */
export class RowFraming implements Framing<unknown> {
  readonly contentType = NDJSON_TYPE
  readonly opening = ''
  readonly heartbeat = formatLine({ type: 'heartbeat' })
  #count = 0

  /** @param now ms since the epoch */
  constructor(private readonly now: () => number) {}

  frame(row: unknown): string {
    const json: string | undefined = JSON.stringify(row)
    if (json === undefined || row instanceof Uint8Array) {
      const received = row instanceof Uint8Array ? 'bytes' : typeof row
      const message = `Cannot send the row: row: expected a JSON value; received ${received}`
      throw new LastbyteError('BAD_EVENT', message, { member: 'row' })
    }
    const offset = this.#count
    this.#count += 1
    return `{"type":"data","offset":${offset},"row":${json}}\n`
  }

  end(): string {
    return formatLine({ type: 'end', size: this.#count })
  }

  failure(thrown: unknown): string {
    const described = describeFailure(thrown, false)
    const timestamp = new Date(this.now()).toISOString()
    const error = { ...described, timestamp, offset: this.#count }
    return formatLine({ type: 'error', error })
  }
}
