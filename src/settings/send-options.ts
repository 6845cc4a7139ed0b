import { type Expectations, SIGNAL, TEXT } from '../validation/expectation.js'
import { readOptions } from '../validation/read-options.js'
import { CACHE_OPTIONS } from './cache-control.js'
import type { SendOptions } from './options.js'

const SEND_OPTIONS: Expectations<SendOptions> = { ...CACHE_OPTIONS, root: TEXT, signal: SIGNAL }

/** Reads the options of one `sendFile` or `download`. @throws LastbyteError BAD_SETTING */
export function readSendOptions(options: unknown): Readonly<SendOptions> {
  return readOptions(options, SEND_OPTIONS)
}
