import { setTimeout as delay } from 'node:timers/promises'
import { SeededDraw } from '../chaos/seeded-draw.js'
import { type ReaderHistory, violations } from './history.js'
import { StreamReader } from './reader.js'
import type { LogStore } from './store.js'
import { EVENTS, type Workers } from './workers.js'

const KINDS = [
  'kill a worker',
  'kill the producer',
  'suspend the producer',
  'crash the store',
  'cut a reader',
] as const
export type KillKind = (typeof KINDS)[number]

/** One kill, when a reader has received so many events. */
export interface Kill {
  readonly kind: KillKind
  readonly after: number
  readonly choice: number
}

/** What happens with one seed. */
export interface Plan {
  readonly seed: number
  readonly kills: readonly Kill[]
  /** The events after which each reader joins. */
  readonly joins: readonly number[]
}

export interface Result {
  readonly plan: Plan
  readonly histories: readonly ReaderHistory[]
  readonly connections: number
  readonly violations: readonly string[]
}

/** ms for one seed, beyond which a reader is stuck. */
const LIMIT = 60_000

export function planOf(seed: number): Plan {
  const draw = new SeededDraw(seed)
  const kills = Array.from({ length: draw.between(2, 5) }, () => ({
    kind: draw.oneOf(KINDS),
    after: draw.between(1, EVENTS - 10),
    choice: draw.between(0, 1_000),
  }))
  const joins = [0, 0, draw.between(1, EVENTS)]
  return { seed, kills: kills.sort((a, b) => a.after - b.after), joins }
}

/** Runs one seed: a stream, its readers, and the kills. */
export async function runSeed(plan: Plan, store: LogStore, workers: Workers): Promise<Result> {
  const draw = new SeededDraw(plan.seed + 1_000_000)
  const path = `/stream/seed-${plan.seed}`
  const limit = AbortSignal.timeout(LIMIT)
  const readers = plan.joins.map(
    (_, at) =>
      new StreamReader(`reader ${at + 1}`, path, () => workers.port(draw.between(0, 1_000))),
  )
  const furthest = () => Math.max(...readers.map(({ last }) => last))
  const reached = async (n: number) => {
    while (furthest() < n && !limit.aborted) await delay(2)
  }
  const reading = readers.map(async (reader, at) => {
    await reached(plan.joins[at] ?? 0)
    return reader.run(limit)
  })
  for (const kill of plan.kills) {
    await reached(kill.after)
    await perform(kill, { store, workers, readers })
  }
  const histories = await Promise.all(reading)
  const connections = readers.reduce((sum, reader) => sum + reader.connections, 0)
  return { plan, histories, connections, violations: violations(histories, EVENTS) }
}

interface Scene {
  readonly store: LogStore
  readonly workers: Workers
  readonly readers: readonly StreamReader[]
}

async function perform({ kind, choice }: Kill, scene: Scene): Promise<void> {
  const { store, workers, readers } = scene
  const newest = readers.reduce((a, b) => (a.last > b.last ? a : b))
  const producer = Math.max(0, workers.indexOf(newest.events.at(-1)?.by ?? 0))
  switch (kind) {
    case 'kill a worker':
      return workers.replace(choice % workers.count)
    case 'kill the producer':
      return workers.replace(producer)
    case 'suspend the producer':
      return workers.suspend(producer, choice % 300)
    case 'crash the store':
      return workers.replaceAll((killAll) => store.crash(killAll))
    case 'cut a reader':
      return readers[choice % readers.length]?.cut()
  }
}

/** One line for a result, with what is wrong. */
export function describeResult({ plan, connections, violations }: Result): string {
  const kills = plan.kills.map(({ kind, after }) => `${kind} after ${after}`).join(', ')
  const head = `seed ${plan.seed}: ${connections} connections; ${kills}`
  return [head, ...violations.map((each) => `  ${each}`)].join('\n')
}
