import { readFileSync } from 'node:fs'
import { type ClientEvent, download } from '../../../src/client/index.js'
import type { Client } from './outcome.js'

/** ms that our client gets for a thing that never heals. */
const RETRY_FOR = 3_000
/** ms in which something must arrive; longer than any fault that ends by itself. */
const STALL = 1_500
/** ms after which a run hangs: nothing that is drawn takes as long. */
const HANG = 60_000

/** Our own client: nothing is done for it but to set its patience. */
export const lastbyte: Client = async ({ url, out, scenario: { connections } }) => {
  const tries: string[] = []
  const onEvent = (event: ClientEvent) => {
    const text =
      event.type === 'retry'
        ? `${event.offset}: ${event.error.message}; ${event.wait} ms`
        : `restart: ${event.why}`
    tries.push(text)
  }
  const to = out.at('f')
  const hang = new AbortController()
  const timer = setTimeout(() => hang.abort(new Error('hangs')), HANG)
  try {
    const options = { to, connections, retryFor: RETRY_FOR, stall: STALL, signal: hang.signal }
    const { etag } = await download(url, { ...options, onEvent })
    return { kind: 'done', file: readFileSync(to), pinned: etag, tries }
  } catch (error) {
    if (hang.signal.aborted) throw error
    const { code, message } = error as { code?: string; message: string }
    if (code === undefined) throw error
    return { kind: 'failed', reason: `${code}: ${message}`, tries }
  } finally {
    clearTimeout(timer)
  }
}
