// Counts down until the server wants the next request, and loads the page again once it would be there: a reload while the
// server is gone would leave the browser's own error page, which tries nothing.
import { countdownText, nextRetry, type RetriedResponse } from '../retry-countdown.js'

const timer = document.querySelector<HTMLElement>('#retry')
const ACCEPT = 'text/html,application/xhtml+xml,*/*;q=0.8'

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** A page in the background waits until it is looked at. */
function shown(): Promise<void> {
  if (document.visibilityState === 'visible') return Promise.resolve()
  return new Promise((resolve) =>
    document.addEventListener('visibilitychange', () => resolve(), { once: true }),
  )
}

async function test(): Promise<RetriedResponse | undefined> {
  try {
    return await fetch(location.href, {
      method: 'HEAD',
      cache: 'no-store',
      headers: { accept: ACCEPT },
    })
  } catch {
    return undefined
  }
}

async function countDown(element: HTMLElement, until: number): Promise<void> {
  for (;;) {
    const left = until - Date.now()
    element.textContent = countdownText(left)
    if (left <= 0) return
    await wait(Math.min(left, 1000))
  }
}

async function retry(element: HTMLElement): Promise<void> {
  let pause = Number(element.dataset.seconds) * 1000
  for (;;) {
    await countDown(element, Date.now() + pause)
    await shown()
    const step = nextRetry(await test())
    if (step.kind === 'load') return location.reload()
    pause = step.wait
  }
}

if (timer !== null) void retry(timer)
