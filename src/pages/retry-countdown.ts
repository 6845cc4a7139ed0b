/** What the script of an error page does after a request that tests whether the page would load now. */
export type RetryStep =
  | { readonly kind: 'load' }
  /** `wait`: ms until the next test. */
  | { readonly kind: 'wait'; readonly wait: number }

/** ms between two tests where the server names none, or is gone. */
const UNTOLD_WAIT = 5_000

/** ms at most: `Retry-After` of a day is of no use to a person who waits. */
export const LONGEST_WAIT = 3_600_000

/** The members of a response of `fetch` that are read. */
export interface RetriedResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
}

/** @param response undefined where the server could not be reached */
export function nextRetry(response: RetriedResponse | undefined): RetryStep {
  if (response === undefined) return { kind: 'wait', wait: UNTOLD_WAIT }
  const isTemporary = [429, 502, 503, 504].includes(response.status)
  if (!isTemporary) return { kind: 'load' }
  const seconds = /^\d{1,9}$/.exec(response.headers.get('retry-after') ?? '')?.[0]
  if (seconds === undefined) return { kind: 'wait', wait: UNTOLD_WAIT }
  return { kind: 'wait', wait: Math.min(Math.max(Number(seconds) * 1000, 1000), LONGEST_WAIT) }
}

/** The time that is left, for people: `2 min 5 s`. */
export function countdownText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  if (seconds === 0) return 'Trying again …'
  const minutes = Math.floor(seconds / 60)
  const rest = [minutes > 0 ? `${minutes} min` : '', seconds % 60 > 0 ? `${seconds % 60} s` : '']
  return `Trying again in ${rest.filter((part) => part !== '').join(' ')}`
}
