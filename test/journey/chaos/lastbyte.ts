import { readFileSync } from 'node:fs'
import { type ClientEvent, download } from '../../../src/client/index.js'
import type { Client } from './outcome.js'

/** ms of retries without progress. */
const RETRY_FOR = 3_000
/** ms of the stall timeout; longer than every finite stall of a scenario. */
const STALL = 1_500
/** ms after which a run counts as hung: no scenario takes as long. */
const HANG = 60_000

/** Our own client with its default settings, but for shorter timeouts. */
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
  const timer = setTimeout(() => hang.abort(new Error('the client hangs')), HANG)
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
