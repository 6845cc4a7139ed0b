import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type FaultListener, faultServer, type JournalEntry } from '../../../src/testing/index.js'
import { Folder, pattern } from '../../fixture/files.js'
import { type Scenario, SIZES } from './scenario.js'
import { ResponseRecorder, type SentResponse } from './sent-responses.js'

/** A served file without faults. */
export interface Served {
  readonly url: string
  readonly content: Buffer
  /** Its SHA-256 in base64. */
  readonly sha256: string
  /** Its entity tag without faults. */
  readonly etag: string
}

/** Observations during and after a scenario. */
export interface Observed {
  readonly journal: readonly JournalEntry[]
  readonly responses: readonly SentResponse[]
  /** The Repr-Digest of the file after all faults were disarmed. */
  readonly reprDigest: string
}

/** ms in which the journal must settle, and the server must close. */
const TIMEOUT = 8_000
/** The fault layer's own seed is constant: scenarios draw everything from theirs. */
const SEED = 1

/** A fault server that runs scenarios one after another. */
export class ScenarioServer implements AsyncDisposable {
  readonly #served = new Map<number, Served>()

  private constructor(
    private readonly root: Folder,
    readonly server: FaultListener,
  ) {}

  static async open(): Promise<ScenarioServer> {
    const contents = SIZES.map((size) => ({ name: `f${size}`, content: pattern(size) }))
    const root = new Folder(Object.fromEntries(contents.map((each) => [each.name, each.content])))
    const server = new ScenarioServer(root, await faultServer({ root: root.path, seed: SEED }))
    for (const { name, content } of contents) {
      const url = `${server.server.url}/${name}`
      const etag = (await fetch(url, { method: 'HEAD' })).headers.get('etag') ?? ''
      const sha256 = createHash('sha256').update(content).digest('base64')
      server.#served.set(content.length, { url, content, sha256, etag })
    }
    return server
  }

  /**
   * Arms a scenario's faults, runs a client, and waits until the journal has settled.
   *
   * @throws if the journal doesn't settle in time
   */
  async runScenario<T>(
    { size, rules }: Scenario,
    run: (served: Served) => Promise<T>,
  ): Promise<{ served: Served; result: T; observed: Observed }> {
    const served = this.#served.get(size)
    if (served === undefined) throw new Error(`no file of ${size} bytes`)
    const { faults, port } = this.server
    faults.clearJournal()
    faults.armAll(rules)
    using recorder = new ResponseRecorder(port)
    const result = await run(served)
    await within('settled()', faults.settled()).catch((cause) => {
      throw new Error(`${cause.message}: ${JSON.stringify(faults.journal())}`, { cause })
    })
    faults.disarm()
    const journal = faults.journal()
    const unsettled = journal.filter(
      ({ outcome, ended }) => outcome === 'pending' || ended === null,
    )
    if (unsettled.length > 0) {
      throw new Error(`entries never settled: ${JSON.stringify(unsettled)}`)
    }
    const responses = recorder.all()
    const headers = { 'want-repr-digest': 'sha-256=9' }
    const after = await fetch(served.url, { method: 'HEAD', headers })
    const reprDigest = after.headers.get('repr-digest') ?? ''
    return { served, result, observed: { journal, responses, reprDigest } }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await within('close()', this.server.close())
    } finally {
      this.root[Symbol.dispose]()
    }
  }
}

async function within<T>(what: string, promise: Promise<T>): Promise<T> {
  const finished = new AbortController()
  const timeout = pause(TIMEOUT, undefined, { signal: finished.signal }).then(() => {
    throw new Error(`${what} hangs`)
  })
  timeout.catch(() => {})
  return Promise.race([promise, timeout]).finally(() => finished.abort())
}
