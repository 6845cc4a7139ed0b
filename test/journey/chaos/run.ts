import type { JournalEntry } from '../../../src/testing/index.js'
import { Folder } from '../../fixture/files.js'
import { aria2 } from './aria2.js'
import { curlIfRange, curlPlain } from './curl.js'
import { fetchLoop } from './fetch-loop.js'
import { lastbyte } from './lastbyte.js'
import type { Client, Outcome } from './outcome.js'
import { proxied, proxiedVerified } from './proxied.js'
import type { Scenario } from './scenario.js'
import type { ScenarioServer } from './scenario-server.js'
import { serverViolations } from './server-violations.js'
import { type ClientBehavior, judge, type Verdict } from './verdict.js'
import { versionsOf } from './versions.js'

/** A client and its known behavior. */
interface TestedClient {
  readonly client: Client
  readonly behavior: ClientBehavior
}

const CAREFUL = { splices: false, digest: 'never' } as const

export const CLIENTS = {
  'curl-if-range': { client: curlIfRange, behavior: CAREFUL },
  'curl-plain': { client: curlPlain, behavior: { splices: true, digest: 'never' } },
  aria2: { client: aria2, behavior: { splices: true, digest: 'of its first response' } },
  fetch: { client: fetchLoop, behavior: CAREFUL },
  lastbyte: { client: lastbyte, behavior: { splices: false, digest: 'of its version' } },
  proxied: { client: proxied, behavior: CAREFUL },
  'proxied-verified': {
    client: proxiedVerified,
    behavior: { splices: false, digest: 'of its version' },
  },
} as const satisfies Record<string, TestedClient>

export type ClientName = keyof typeof CLIENTS
export const CLIENT_NAMES = Object.keys(CLIENTS) as ClientName[]
/** Clients that use our proxy; the others use the server directly. */
export const PROXIED: readonly ClientName[] = ['proxied', 'proxied-verified']
export const DIRECT = CLIENT_NAMES.filter((name) => !PROXIED.includes(name))

export interface Run {
  readonly client: ClientName
  readonly scenario: Scenario
  readonly outcome: Outcome
  readonly verdict: Verdict
  readonly journal: readonly JournalEntry[]
  /** Violations of the server, regardless of the client's result. */
  readonly violations: readonly string[]
}

/** Runs one scenario with one client. @throws if the server hangs */
export async function runOnce(
  server: ScenarioServer,
  scenario: Scenario,
  client: ClientName,
): Promise<Run> {
  using out = new Folder()
  const { client: download, behavior } = CLIENTS[client]
  const { served, result, observed } = await server.runScenario(scenario, ({ url }) =>
    download({ url, scenario, out }),
  )
  const { content, sha256, etag } = served
  const { journal, responses, reprDigest } = observed
  const versions = versionsOf(etag, journal)
  const verdict = judge({ outcome: result, content, versions, behavior, ...observed })
  const violations = serverViolations({
    responses,
    journal,
    versions,
    size: content.length,
    sha256,
  })
  if (reprDigest !== `sha-256=:${sha256}:`)
    violations.push(`a wrong Repr-Digest after the run: ${reprDigest}`)
  return { client, scenario, outcome: result, verdict, journal, violations }
}
