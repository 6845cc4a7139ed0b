import { LastbyteError } from '../errors.js'

/** The events of one producer: those from `first` to before the `first` of the next epoch. */
export interface Epoch {
  /** Random, so that no two epochs have the same ids, whichever stream of the key they belong to. */
  readonly tag: string
  /** The number of its first event. The first event of a stream has the number 1. */
  readonly first: number
}

/** The id of an event: `12-3fXk0aQz`. */
export function formatLogId(number: number, tag: string): string {
  return `${number}-${tag}`
}

/** The numbers of the events that a log has. */
export interface Retained {
  readonly epochs: readonly Epoch[]
  /** The oldest event that the log still has; `next` if it has none. */
  readonly first: number
  /** The number of the next event. */
  readonly next: number
}

/**
 * The number of the event after the one with this id; without an id, of the oldest event.
 *
 * @throws LastbyteError GAP
 */
export function locate(retained: Retained, id: string | undefined): number {
  const { epochs, first, next } = retained
  if (id === undefined) return first
  const [, digits, tag] = /^(\d{1,15})-([\w-]+)$/.exec(id) ?? []
  const number = Number(digits)
  const at = epochs.findIndex((epoch) => epoch.tag === tag)
  const epoch = epochs[at]
  const end = epochs[at + 1]?.first ?? next
  if (epoch === undefined || number < epoch.first || number >= end) throw gap(id, 'unknown')
  if (number + 1 < first) throw gap(id, 'old')
  return number + 1
}

/** Drops the epochs whose events the log no longer has. */
export function retainedEpochs(epochs: readonly Epoch[], first: number): readonly Epoch[] {
  // The event before the first one may be the last that a reader has received.
  const at = epochs.findLastIndex((epoch) => epoch.first < first)
  return at > 0 ? epochs.slice(at) : epochs
}

/** Adds an epoch. One without events is replaced, so that producers that fail at once leave nothing behind. */
export function withEpoch(epochs: readonly Epoch[], epoch: Epoch): readonly Epoch[] {
  return [...epochs.filter(({ first }) => first < epoch.first), epoch]
}

export type GapReason = 'old' | 'unknown' | 'absent'

const REASONS: Readonly<Record<GapReason, string>> = {
  old: 'the log has dropped the events after it',
  unknown: 'the log has no event with this id',
  absent: 'the log has no such stream',
}

export function gap(id: string | undefined, reason: GapReason): LastbyteError {
  const message = `Cannot continue the stream after ${id ?? 'the last event'}: ${REASONS[reason]}`
  return new LastbyteError('GAP', message, { id, reason })
}

export function fenced(key: string): LastbyteError {
  const message = `Cannot append to the stream ${key}: another producer has claimed it`
  return new LastbyteError('FENCED', message, { key })
}

export function logFull(key: string, bytes: number): LastbyteError {
  const message = `Cannot begin the stream ${key}: the log has its ${bytes} bytes of running streams`
  return new LastbyteError('LOG_FULL', message, { key, bytes })
}

/** For an event that a stream can't have. */
export function tooLarge(bytes: number, most: number): LastbyteError {
  const message = `Cannot log the event: event: expected at most ${most} bytes; received ${bytes}`
  return new LastbyteError('BAD_EVENT', message, { member: 'event', bytes, most })
}
