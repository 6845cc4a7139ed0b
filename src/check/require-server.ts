import { setTimeout as pause } from 'node:timers/promises'
import { LastbyteError } from '../errors.js'
import { BoundReached } from './subject/budget.js'
import type { ProbeRequest } from './subject/exchange.js'
import type { Subject } from './subject/subject.js'

/** ms between two attempts: a server that is started again at once is back within a few seconds. */
const INTERVAL = 2_000
const ATTEMPTS = 3

/**
 * Ends the run where the server is gone, as after a crash: every check after that would fail, and none of them would
 * show a defect of its own.
 *
 * @param error of the request that got no response
 * @throws LastbyteError with the code of `error`
 */
export async function requireServer(
  subject: Subject,
  check: string,
  error: LastbyteError,
): Promise<void> {
  const { requests } = subject.budget
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (await responds(subject)) return
    if (attempt < ATTEMPTS) await pause(INTERVAL, undefined, { signal: subject.signal })
  }
  const message = `${error.message}: expected a server until the end of the run; received no response from about request ${requests} on, in the check ${check}`
  throw new LastbyteError(error.code, message, error.facts, { cause: error })
}

/** Of a kind each: a server that closes the connection for one kind of request is not gone. */
const REQUESTS: readonly ProbeRequest[] = [
  { fields: { range: 'bytes=0-0' }, read: 1, connection: 'new' },
  { method: 'HEAD', connection: 'new' },
  { read: 0, connection: 'new' },
]

/** Whether the server responds to any plain request, whatever the response is. */
async function responds(subject: Subject): Promise<boolean> {
  for (const request of REQUESTS) if (await respondsTo(subject, request)) return true
  return false
}

async function respondsTo(subject: Subject, request: ProbeRequest): Promise<boolean> {
  try {
    await subject.sendAnyway(request)
    return true
  } catch (error) {
    subject.signal.throwIfAborted()
    // The run may send no more requests, so its end is near anyway.
    if (error instanceof BoundReached) return true
    if (error instanceof LastbyteError) return false
    throw error
  }
}
