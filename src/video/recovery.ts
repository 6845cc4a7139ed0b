import { isSameVersion, type MediaVersion } from './media-version.js'
import type { ProbeResult } from './probe.js'
import type {
  FailureCause,
  FinalReason,
  Outage,
  OutageReason,
  Recovery,
  RecoveryEffect,
  RecoveryEvent,
  RecoveryRules,
  RecoveryStep,
} from './recovery-state.js'

/** ms of the first wait, and of the longest; a wait is between half of it and all. */
const BASE = 500
const MOST = 8_000
/** Loads in a row that fail although the server sends the file, and ms of the outage, until it gives up. */
const MOST_UNPLAYABLE = 5
const LEAST_UNPLAYABLE = 15_000

export const STEADY: Recovery = { phase: 'steady', pin: undefined }

/** What follows an event. Pure: clock and chance are in `rules`. */
export function step(recovery: Recovery, event: RecoveryEvent, rules: RecoveryRules): RecoveryStep {
  switch (event.kind) {
    case 'source':
      return { recovery: STEADY, effects: [{ kind: 'cancel' }, { kind: 'uncover' }] }
    case 'failed':
      return afterFailure(recovery, event.cause, rules)
    case 'probed':
      return recovery.phase === 'probing'
        ? afterProbe(recovery, event.result, rules)
        : same(recovery)
    case 'verified':
      return afterVerification(recovery, event.version)
    case 'waited':
      return recovery.phase === 'waiting' ? attempt(recovery, rules) : same(recovery)
    case 'wake':
      return afterWake(recovery, event.by, rules)
    case 'moved':
      return afterProgress(recovery)
    case 'removed':
      return {
        recovery: { phase: 'steady', pin: recovery.pin },
        effects: [{ kind: 'cancel' }, { kind: 'uncover' }],
      }
    case 'play':
      // Its controls stay usable: what follows the buffered data would be of the other version.
      if (recovery.phase !== 'changed') return same(recovery)
      return { recovery, effects: [{ kind: 'stay-paused' }] }
    case 'swap':
      if (recovery.phase !== 'steady') return same(recovery)
      return load({ ...newOutage('connection', rules), pin: recovery.pin }, 'position')
    case 'start-new':
      if (recovery.phase !== 'changed') return same(recovery)
      return load({ ...newOutage('connection', rules), pin: recovery.current }, 'start')
  }
}

type InOutage = Outage & Pick<Recovery, 'pin'>

function same(recovery: Recovery): RecoveryStep {
  return { recovery, effects: [] }
}

function newOutage(cause: FailureCause | OutageReason, { now }: RecoveryRules): Outage {
  return { since: now, attempt: 0, unplayable: 0, reason: reasonOf(cause) }
}

function reasonOf(cause: FailureCause | OutageReason): OutageReason {
  return cause === 'foreign' ? 'broken' : cause
}

function outageOf({ since, attempt, unplayable, reason, pin }: InOutage): InOutage {
  return { since, attempt, unplayable, reason, pin }
}

function afterFailure(recovery: Recovery, cause: FailureCause, rules: RecoveryRules): RecoveryStep {
  switch (recovery.phase) {
    case 'steady': {
      const outage = { ...newOutage(cause, rules), pin: recovery.pin }
      const { recovery: next, effects } = attempt(outage, rules)
      return { recovery: next, effects: [{ kind: 'hold' }, ...effects] }
    }
    case 'loading': {
      const reason = reasonOf(cause)
      const unplayable = reason === 'broken' ? recovery.unplayable + 1 : 0
      const isLong = rules.now - recovery.since >= LEAST_UNPLAYABLE
      if (cause === 'foreign' || (unplayable >= MOST_UNPLAYABLE && isLong)) {
        return giveUp(recovery, 'unplayable')
      }
      return retryLater({ ...recovery, unplayable, reason }, undefined, rules)
    }
    default:
      // The element may fail once more while it waits for its server.
      return same(recovery)
  }
}

function attempt(outage: InOutage, { probes }: RecoveryRules): RecoveryStep {
  const next = { ...outageOf(outage), attempt: outage.attempt + 1 }
  if (probes === 'load') return load(next, 'position')
  return { recovery: { ...next, phase: 'probing' }, effects: [{ kind: 'probe' }] }
}

function load(outage: InOutage, from: 'position' | 'start'): RecoveryStep {
  const memory = from === 'start' || outage.unplayable > 0 ? 'bypass' : 'keep'
  const effects = [{ kind: 'load', from, memory } as const]
  return { recovery: { ...outageOf(outage), phase: 'loading' }, effects }
}

function afterProbe(outage: InOutage, result: ProbeResult, rules: RecoveryRules): RecoveryStep {
  switch (result.kind) {
    case 'available': {
      const { version } = result
      const { pin } = outage
      if (version === undefined) return load(outage, 'position')
      if (pin === undefined || isSameVersion(pin, version)) {
        return load({ ...outage, pin: pin ?? version }, 'position')
      }
      return { recovery: { phase: 'changed', pin, current: version }, effects: [{ kind: 'pause' }] }
    }
    case 'later':
      return retryLater({ ...outage, reason: 'unavailable', unplayable: 0 }, result.after, rules)
    case 'refused': {
      const { status } = result
      const reason = status === 404 || status === 410 ? 'gone' : 'refused'
      return giveUp(outage, reason, status)
    }
    case 'unreachable':
      return retryLater({ ...outage, reason: 'unreachable', unplayable: 0 }, undefined, rules)
  }
}

/** `after`: ms that the server asks to wait. */
function retryLater(
  outage: InOutage,
  after: number | undefined,
  { now, chance, retryFor }: RecoveryRules,
): RecoveryStep {
  const left = outage.since + retryFor - now
  if (left <= 0) return giveUp(outage, 'time')
  const longest = Math.min(MOST, BASE * 2 ** Math.max(0, outage.attempt - 1))
  const backoff = longest * (0.5 + 0.5 * chance)
  // The last attempt is at the end of the time, however long the server asks to wait.
  const ms = Math.min(Math.max(backoff, after ?? 0), left)
  const firm = after !== undefined
  return {
    recovery: { ...outageOf(outage), phase: 'waiting', next: now + ms, firm },
    effects: [{ kind: 'wait', ms }],
  }
}

/** Somebody who comes back to the page may have opened a new link, or signed in, elsewhere. */
function mayPassByChance({ reason, status }: Extract<Recovery, { phase: 'gave-up' }>): boolean {
  return reason === 'time' || status === 401 || status === 403
}

function giveUp({ pin }: InOutage, reason: FinalReason, status?: number): RecoveryStep {
  const facts = status === undefined ? { reason } : { reason, status }
  return { recovery: { phase: 'gave-up', pin, ...facts }, effects: [] }
}

function afterProgress(recovery: Recovery): RecoveryStep {
  const { phase, pin } = recovery
  if (phase === 'steady' || phase === 'changed') return same(recovery)
  const effects: RecoveryEffect[] = [{ kind: 'uncover' }]
  // A browser that has reconnected by itself may go on with another version.
  if (phase !== 'loading') effects.push({ kind: 'cancel' }, { kind: 'verify' })
  return { recovery: { phase: 'steady', pin }, effects }
}

function afterVerification(recovery: Recovery, version: MediaVersion): RecoveryStep {
  const { phase, pin } = recovery
  if (phase !== 'steady' && phase !== 'loading') return same(recovery)
  if (pin === undefined) return same({ ...recovery, pin: version })
  if (isSameVersion(pin, version)) return same(recovery)
  return {
    recovery: { phase: 'changed', pin, current: version },
    effects: [{ kind: 'hold' }, { kind: 'pause' }],
  }
}

function afterWake(
  recovery: Recovery,
  by: 'chance' | 'demand',
  rules: RecoveryRules,
): RecoveryStep {
  const again = (outage: InOutage): RecoveryStep => {
    const { recovery, effects } = attempt(outage, rules)
    return { recovery, effects: [{ kind: 'cancel' }, ...effects] }
  }
  switch (recovery.phase) {
    case 'waiting':
      return by === 'demand' || !recovery.firm ? again(recovery) : same(recovery)
    case 'probing':
      // A request that was sent through the old network may hang.
      return again(recovery)
    case 'gave-up':
      if (by === 'chance' && !mayPassByChance(recovery)) return same(recovery)
      return again({ ...newOutage('unreachable', rules), pin: recovery.pin })
    default:
      return same(recovery)
  }
}
