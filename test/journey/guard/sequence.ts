import { SeededDraw } from '../chaos/seeded-draw.js'
import type { FaultRule } from './origin.js'
import type { Scenario, Step } from './scenario.js'

/** s of the clip of a sequence. */
const SECONDS = 24
/** Of 100 sequences that many end with another version of the file. */
const CHANGES = 20

/** Random events, one after the other: the same for a seed in each browser. */
export function drawSequence(seed: number): Scenario {
  const draw = new SeededDraw(seed)
  const rules = drawRules(draw)
  const steps: Step[] = []
  const count = draw.between(3, 5)
  for (let index = 0; index < count; index += 1) {
    steps.push({ kind: 'wait', ms: draw.between(500, 4_000) }, ...drawEvent(draw, index))
  }
  const sequence = { name: `sequence ${seed}`, seconds: SECONDS, rules }
  if (!draw.chance(CHANGES / 100)) return { ...sequence, steps }
  // Soon, as a change after the last byte was received has no effect.
  const change: Step[] = [{ kind: 'play', to: draw.between(1, 4) }, ...drawChange(draw)]
  return { ...sequence, steps: change, expects: 'stops' }
}

/** Faults of single responses, by their bytes. */
function drawRules(draw: SeededDraw): FaultRule[] {
  const rules: FaultRule[] = []
  if (draw.chance(0.5)) {
    const kind = draw.oneOf(['truncate', 'connection-reset'])
    const at = draw.between(50_000, 900_000)
    rules.push({ id: 'cut', fault: { kind, at, from: 'response' }, times: draw.between(1, 8) })
  }
  if (draw.chance(0.3)) {
    const at = draw.between(0, SECONDS * 100_000)
    rules.push({ id: 'stall', fault: { kind: 'stall', at }, times: 1 })
  }
  if (draw.chance(0.3)) {
    const fault = { kind: 'truncate', at: draw.between(1, 32_000), from: 'response' }
    rules.push({ id: 'early', fault, times: draw.between(1, 2) })
  }
  if (draw.chance(0.3)) {
    const fault = { kind: 'status', status: draw.oneOf([503, 429, 502]) }
    rules.push({ id: 'first', fault, times: draw.between(1, 3) })
  }
  return rules
}

function drawEvent(draw: SeededDraw, index: number): Step[] {
  const ms = draw.between(500, 8_000)
  const wait: Step = { kind: 'wait', ms }
  switch (draw.oneOf(['kill', 'seek in an outage', 'freeze', 'unavailable', 'seek'])) {
    case 'kill':
      return [{ kind: 'kill' }, wait, { kind: 'start' }]
    case 'seek in an outage':
      return [{ kind: 'kill' }, { kind: 'wait', ms: 500 }, seek(draw), wait, { kind: 'start' }]
    case 'freeze':
      return [{ kind: 'freeze' }, wait, { kind: 'thaw' }]
    case 'seek':
      return [seek(draw)]
    default: {
      const id = `unavailable-${index}`
      const retryAfter = draw.chance(0.5) ? { retryAfter: draw.between(1, 3) } : {}
      const fault = { kind: 'status', status: 503, ...retryAfter }
      return [{ kind: 'arm', rule: { id, fault } }, wait, { kind: 'disarm', id }]
    }
  }
}

function drawChange(draw: SeededDraw): Step[] {
  const change: Step = { kind: 'change', how: draw.oneOf(['rewrite', 'replace']) }
  if (draw.chance(0.5)) return [change]
  const ms = draw.between(500, 4_000)
  return [{ kind: 'kill' }, change, { kind: 'wait', ms }, { kind: 'start' }]
}

function seek(draw: SeededDraw): Step {
  return { kind: 'seek', to: draw.between(0, (SECONDS - 3) * 10) / 10 }
}
