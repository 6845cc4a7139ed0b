import { FRAME_RATE } from '../../fixture/coded-clip/frame-code.js'
import type { Outcome } from './run-scenario.js'

/** s between two frames from which on both are listed. */
const GAP = 0.2

/** What happened to an element, in the order of time, for a person who looks for the cause of a breach. */
export function trace({ seeks, frames, events }: Outcome): string[] {
  const shown = frames.flatMap(({ at, frame }, index) => {
    const position = (frame?.number ?? 0) / FRAME_RATE
    const isApart = [frames[index - 1], frames[index + 1]].some((other) => {
      return !other?.frame || Math.abs(other.frame.number / FRAME_RATE - position) > GAP
    })
    return isApart ? [{ at, what: `shows ${position.toFixed(2)} s` }] : []
  })
  const all = [
    ...seeks.map(({ at, to }) => ({ at, what: `the viewer seeks to ${to} s` })),
    ...events.map(({ at, type, position }) => ({
      at,
      what: `${type} at ${position.toFixed(2)} s`,
    })),
    ...shown,
  ].toSorted((one, other) => one.at - other.at)
  return all.map(({ at, what }) => `${at - (all[0]?.at ?? at)} ms: ${what}`)
}
