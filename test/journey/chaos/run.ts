import type { JournalEntry } from '../../../src/testing/index.js'
import { Folder } from '../../fixture/files.js'
import { aria2 } from './aria2.js'
import { curlIfRange, curlPlain } from './curl.js'
import { neglected } from './duty.js'
import { fetchLoop } from './fetch-loop.js'
import { lastbyte } from './lastbyte.js'
import type { Client, Outcome } from './outcome.js'
import { proxied, proxiedVerified } from './proxied.js'
import type { Scenario } from './scenario.js'
import type { Stage } from './stage.js'
import { type Habits, judge, type Verdict } from './verdict.js'
import { versionsOf } from './versions.js'

/** A client, and what is known of it (FACTS.md, Download clients). */
interface Pupil {
  readonly client: Client
  readonly habits: Habits
}

const CAREFUL = { splices: false, digest: 'never' } as const

export const CLIENTS = {
  'curl-if-range': { client: curlIfRange, habits: CAREFUL },
  'curl-plain': { client: curlPlain, habits: { splices: true, digest: 'never' } },
  aria2: { client: aria2, habits: { splices: true, digest: 'of its first answer' } },
  fetch: { client: fetchLoop, habits: CAREFUL },
  lastbyte: { client: lastbyte, habits: { splices: false, digest: 'of its version' } },
  proxied: { client: proxied, habits: CAREFUL },
  'proxied-verified': {
    client: proxiedVerified,
    habits: { splices: false, digest: 'of its version' },
  },
} as const satisfies Record<string, Pupil>

export type ClientName = keyof typeof CLIENTS
export const CLIENT_NAMES = Object.keys(CLIENTS) as ClientName[]
/** Those that ask a proxy of ours; the others ask the server itself. */
export const PROXIED: readonly ClientName[] = ['proxied', 'proxied-verified']
export const DIRECT = CLIENT_NAMES.filter((name) => !PROXIED.includes(name))

export interface Run {
  readonly client: ClientName
  readonly scenario: Scenario
  readonly outcome: Outcome
  readonly verdict: Verdict
  readonly journal: readonly JournalEntry[]
  /** What the server did wrong, whatever became of the client. */
  readonly neglected: readonly string[]
}

/** One scenario against one client. @throws where the server hangs */
export async function runOnce(stage: Stage, scenario: Scenario, client: ClientName): Promise<Run> {
  using out = new Folder()
  const { client: fetches, habits } = CLIENTS[client]
  const { served, result, seen } = await stage.play(scenario, ({ url }) =>
    fetches({ url, scenario, out }),
  )
  const { content, sha256, etag } = served
  const { journal, answers, reprDigest } = seen
  const versions = versionsOf(etag, journal)
  const verdict = judge({ outcome: result, content, versions, habits, ...seen })
  const duty = neglected({ answers, journal, versions, size: content.length, sha256 })
  if (reprDigest !== `sha-256=:${sha256}:`) duty.push(`a Repr-Digest of ${reprDigest}`)
  return { client, scenario, outcome: result, verdict, journal, neglected: duty }
}
