import { randomUUID } from 'node:crypto'

/** The run that writes a part file, as its sidecar records it. */
export interface Run {
  /** Random. Another one in the sidecar tells a run that its part file has been taken over. */
  readonly id: string
  /** The `lockSpace` of the run; absent if it is unknown. */
  readonly locks?: string | undefined
}

/** @param locks the `lockSpace` of this process */
export function newRun(locks: string | undefined): Run {
  return { id: randomUUID(), locks }
}

/** Whether a run has ended, judged by a process that has its locks. */
export function hasEnded(run: Run | undefined, locks: string | undefined): boolean {
  return locks !== undefined && run?.locks === locks
}

/** The run in a member of a sidecar; undefined for one of an earlier release, or of another type. */
export function parseRun(value: unknown): Run | undefined {
  const { id, locks } = (value ?? {}) as Readonly<Record<string, unknown>>
  if (typeof id !== 'string') return undefined
  return typeof locks === 'string' ? { id, locks } : { id }
}
