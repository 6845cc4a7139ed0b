import { LongTimer } from './long-timer.js'
import { withDeadline } from './with-deadline.js'

/** Resolves after so many ms, or rejects with the signal's reason. */
export async function delay(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  let timer: LongTimer | undefined
  const elapsed = new Promise<void>((resolve) => {
    timer = new LongTimer(resolve, ms)
  })
  try {
    await withDeadline(elapsed, signal)
  } finally {
    timer?.clear()
  }
}

/** Waits until the signal is aborted. @throws the signal's reason */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return withDeadline(new Promise<never>(() => {}), signal)
}
