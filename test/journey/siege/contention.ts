import { readFileSync } from 'node:fs'

interface Sample {
  /** ms. */
  readonly at: number
  /** ms that a process has waited for a processor since its start, by process. */
  readonly waited: ReadonlyMap<number, number>
}

/** How long the servers were kept from running by other processes of the machine (Linux). */
export class Contention {
  #samples: Sample[] = []

  /** @param window ms that are looked back on */
  constructor(private readonly window: number) {}

  /** @param at ms; `pids`: the processes of the servers */
  note(at: number, pids: readonly number[]): void {
    this.#samples.push({ at, waited: new Map(pids.map((pid) => [pid, waitedOf(pid)])) })
    while (at - (this.#samples[1]?.at ?? at) >= this.window) this.#samples.shift()
  }

  /** Of the process that waited longest for a processor: the share of the last seconds in which it did. */
  get share(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)]
    if (first === undefined || last === undefined || last.at === first.at) return 0
    const shares = [...last.waited].map(([pid, waited]) => {
      return (waited - (first.waited.get(pid) ?? waited)) / (last.at - first.at)
    })
    return Math.max(0, ...shares)
  }
}

/** Of the main thread, which runs JavaScript; 0 for a process that has ended, and where the kernel doesn't tell. */
function waitedOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6
  } catch {
    return 0
  }
}
