import { LONGEST_TIMEOUT } from './bounded-wait.js'
import { withDeadline } from './with-deadline.js'

/** Resolves after so many ms (24.8 days at most), or rejects with the signal's reason. */
export async function delay(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  let timer: ReturnType<typeof setTimeout> | undefined
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.min(ms, LONGEST_TIMEOUT))
  })
  try {
    await withDeadline(elapsed, signal)
  } finally {
    clearTimeout(timer)
  }
}

/** Waits until the signal is aborted. @throws the signal's reason */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return withDeadline(new Promise<never>(() => {}), signal)
}
