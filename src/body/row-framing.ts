import { LastbyteError } from '../errors.js'
import { formatLine, NDJSON_TYPE } from '../http/frame.js'
import { type JsonText, jsonText } from '../http/json-text.js'
import { describeFailure } from '../http/stream-error.js'
import type { Framing } from './framing.js'

const BYTES: JsonText = { kind: 'refused', received: 'bytes' }

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
    const result = row instanceof Uint8Array ? BYTES : jsonText(row)
    if (result.kind === 'refused') {
      const message = `Cannot send the row: row: expected a JSON value; received ${result.received}`
      throw new LastbyteError('BAD_EVENT', message, { member: 'row' })
    }
    const offset = this.#framed
    this.#framed += 1
    return `{"type":"data","offset":${offset},"row":${result.text}}\n`
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
