import type { Finding } from './finding.js'
import type { Need } from './needs.js'
import type { Subject } from './subject.js'

/**
 * The groups of checks, in the order in which they run: digests late, since they may take the whole and with it most of
 * the bound, and changes last.
 */
export const GROUPS = [
  'validators',
  'ranges',
  'agreement',
  'conditions',
  'multipart',
  'drills',
  'ends',
  'advice',
  'digests',
  'changes',
] as const
export type Group = (typeof GROUPS)[number]

/**
 * What a server offers to a client whose connection breaks. Each includes those before it. `resumes`: the client can
 * go on. `safe`: it can never join the bytes of two versions. `proves`: it can verify a digest of the whole.
 */
export const LEVELS = ['resumes', 'safe', 'proves'] as const
export type Level = (typeof LEVELS)[number]

/** The strength of a requirement (RFC 2119); `advice` is not in an RFC, or is for some clients only. */
export type Strength = 'MUST' | 'SHOULD' | 'advice'

/** What a check receives at most. */
export interface Cost {
  readonly requests: number
  /** Bytes of header sections and bodies. `whole`: the representation once, which all checks share. */
  readonly bytes: number | 'whole'
}

/** One thing that is checked of a server. */
export interface Check {
  /** Such as `if-range-stale-etag`. Unique among all groups. */
  readonly id: string
  readonly group: Group
  /** What the server is expected to do, as one sentence. */
  readonly requirement: string
  /** Such as `RFC 9110 §14.2`. */
  readonly section: string
  readonly strength: Strength
  /** The level that a server loses which fails the check. */
  readonly level?: Level | undefined
  /** What breaks, and for which clients. */
  readonly harm: string
  /** What the server must offer for the check to make sense; it is skipped otherwise. */
  readonly needs?: readonly Need[]
  readonly cost: Cost
  run(subject: Subject): Promise<Finding>
}
