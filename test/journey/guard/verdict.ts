import { FRAME_RATE } from '../../fixture/coded-clip/frame-code.js'
import type { Recording, ShownFrame } from './recorder.js'

/** s of the clip that may be missing between two frames. */
const SKIP_LIMIT = 0.5
/** s by which the position may go back besides a step, and by which the first frame of a seek may miss its target. */
const TOLERANCE = 0.1

/** Events of an element that gets another position or source. */
const INTERRUPTIONS = new Set(['loadstart', 'emptied', 'seeking', 'error'])
/** Events of an element whose clock may have stood still. */
const PAUSES = new Set(['waiting', 'stalled', 'pause', 'playing'])
/** ms by which a busy browser may paint a frame late, and then the next one in time. */
const LATE_LIMIT = 1_500

export interface Seek {
  /** ms since the epoch. */
  readonly at: number
  /** s. */
  readonly to: number
}

/** How a clip was played: the frames that were shown, judged against what a viewer expects. */
export interface Verdict {
  /** Distinct versions of the frames, in the order in which they were shown. */
  readonly versions: readonly number[]
  /** ms from the first to the last frame of another version than the first one. */
  readonly otherVersion: number
  /** Each breach: a frame that was skipped, repeated, or damaged. */
  readonly findings: readonly string[]
  /** s: position of the last frame that was shown; undefined if none was. */
  readonly last: number | undefined
  /** s of the clip that were played without being painted, as the machine was busy. */
  readonly unpainted: number
}

type NumberedFrame = ShownFrame & { readonly number: number }

/** @param seeks of the user, in order: the position may jump to their targets */
export function judge({ frames, events }: Recording, seeks: readonly Seek[]): Verdict {
  const findings: string[] = []
  const versions: number[] = []
  const open = [...seeks]
  const limit = TOLERANCE + stepOf(frames)
  let unpainted = 0
  /** Frames since the last seek, the newest first. */
  let earlier: NumberedFrame[] = []
  for (const shown of frames) {
    const [previous] = earlier
    if (shown.frame === undefined) {
      findings.push(`a damaged frame after ${seconds(previous?.number)}`)
      continue
    }
    const { number, version } = shown.frame
    if (!versions.includes(version)) versions.push(version)
    // A seek may replace one whose target was never shown.
    const reached = open.findLastIndex(
      ({ at, to }) => shown.at >= at && isNear(number, to, limit - 1 / FRAME_RATE),
    )
    if (reached !== -1) {
      open.splice(0, reached + 1)
      earlier = []
    } else if (previous !== undefined) {
      const jump = (number - previous.number) / FRAME_RATE
      if (jump > SKIP_LIMIT && isPlayedThrough(events, earlier, { ...shown, number }))
        unpainted += jump
      else if (jump > SKIP_LIMIT || jump < -limit) {
        findings.push(`${seconds(number)} follows ${seconds(previous.number)}`)
      }
    }
    earlier = [{ ...shown, number }, ...earlier]
  }
  for (const { to } of open) findings.push(`the seek to ${to.toFixed(2)} s shows no frame`)
  const last = earlier[0] && earlier[0].number / FRAME_RATE
  const others = frames.filter(({ frame }) => frame && frame.version !== versions[0])
  const otherVersion = (others.at(-1)?.at ?? 0) - (others[0]?.at ?? 0)
  return { versions, otherVersion, findings, last, unpainted }
}

/**
 * The frames before and after the viewer chose the new version. The picture of the old one stays until the new one
 * shows its first frame, so frames of the first version belong to neither part once the choice is made. (The last
 * frame before the choice may be of the new version already, where a browser shows it without being asked.)
 *
 * @param chosen ms since the epoch
 */
export function splitAtChoice(
  frames: readonly ShownFrame[],
  chosen: number,
): { readonly before: ShownFrame[]; readonly after: ShownFrame[] } {
  const before = frames.filter(({ at }) => at < chosen)
  const old = before.find(({ frame }) => frame !== undefined)?.frame?.version
  const fresh = frames.findIndex(({ at, frame }) => at >= chosen && frame?.version !== old)
  return { before, after: fresh === -1 ? [] : frames.slice(fresh) }
}

/**
 * s of the clip from one painted frame to the next, in three quarters of the cases: one frame where the machine is idle.
 * A busy one leaves frames out, and none of the positions between them can be told.
 */
function stepOf(frames: readonly ShownFrame[]): number {
  const numbers = frames.flatMap(({ frame }) => (frame === undefined ? [] : [frame.number]))
  const steps = numbers
    .map((number, index) => (number - (numbers[index - 1] ?? number)) / FRAME_RATE)
    .filter((step) => step > 0 && step <= SKIP_LIMIT)
    .sort((a, b) => a - b)
  return steps[Math.floor(steps.length * 0.75)] ?? 1 / FRAME_RATE
}

function isNear(number: number, second: number, limit: number): boolean {
  return Math.abs(number / FRAME_RATE - second) <= limit
}

/**
 * Nothing has interrupted the element, and the clip has not run ahead of the clock: since the last frame, or since an
 * earlier one behind which it ran without a pause, as the last one was painted late.
 *
 * @param earlier the frames before `to`, the newest first
 */
function isPlayedThrough(
  events: Recording['events'],
  earlier: readonly NumberedFrame[],
  to: NumberedFrame,
): boolean {
  const has = (types: ReadonlySet<string>, { at }: ShownFrame) =>
    events.some((event) => types.has(event.type) && event.at >= at - 100 && event.at <= to.at)
  return earlier.some((from, index) => {
    if (has(INTERRUPTIONS, from)) return false
    if (index > 0 && (to.at - from.at > LATE_LIMIT || has(PAUSES, from))) return false
    return (to.at - from.at) / 1_000 > (to.number - from.number) / FRAME_RATE - SKIP_LIMIT
  })
}

function seconds(frame: number | undefined): string {
  return frame === undefined ? 'the start' : `${(frame / FRAME_RATE).toFixed(2)} s`
}
