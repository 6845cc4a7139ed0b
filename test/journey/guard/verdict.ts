import { FRAME_RATE } from '../../fixture/coded-clip/frame-code.js'
import type { Recording, ShownFrame } from './recorder.js'

/** s of the clip that may be missing between two frames. */
const SKIP_LIMIT = 0.5
/** s by which the position may go back: 0.1 s, and the frame that is shown at the position. */
const BACK_LIMIT = 0.1 + 1 / FRAME_RATE

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
  /** Each breach: a frame that was skipped, repeated, or damaged. */
  readonly findings: readonly string[]
  /** s: position of the last frame that was shown; undefined if none was. */
  readonly last: number | undefined
}

/** @param seeks of the user, in order: the position may jump to their targets */
export function judge({ frames, blocked }: Recording, seeks: readonly Seek[]): Verdict {
  const findings: string[] = []
  const versions: number[] = []
  const open = [...seeks]
  let previous: (ShownFrame & { number: number }) | undefined
  for (const shown of frames) {
    if (shown.frame === undefined) {
      findings.push(`a damaged frame after ${seconds(previous?.number)}`)
      continue
    }
    const { number, version } = shown.frame
    if (!versions.includes(version)) versions.push(version)
    const [seek] = open
    if (seek !== undefined && shown.at >= seek.at && isNear(number, seek.to)) open.shift()
    else if (previous !== undefined) {
      const jump = (number - previous.number) / FRAME_RATE
      const unseen = unseenTime(blocked, previous.at, shown.at)
      if (jump > SKIP_LIMIT + unseen || jump < -BACK_LIMIT) {
        findings.push(`${seconds(number)} follows ${seconds(previous.number)}`)
      }
    }
    previous = { ...shown, number }
  }
  const last = previous && previous.number / FRAME_RATE
  return { versions, findings, last }
}

function isNear(number: number, second: number): boolean {
  return Math.abs(number / FRAME_RATE - second) <= 0.1
}

/** s in which the page ran no script, so that frames may have been shown unseen. */
function unseenTime(blocked: Recording['blocked'], from: number, to: number): number {
  const within = blocked.map((gap) => Math.min(gap.to, to) - Math.max(gap.from, from))
  return within.reduce((sum, ms) => sum + Math.max(0, ms), 0) / 1_000
}

function seconds(frame: number | undefined): string {
  return frame === undefined ? 'the start' : `${(frame / FRAME_RATE).toFixed(2)} s`
}
