import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type FaultListener, faultServer, type JournalEntry } from '../../../src/testing/index.js'
import { Folder, pattern } from '../../fixture/files.js'
import { type Answer, Answers } from './answers.js'
import { type Scenario, SIZES } from './scenario.js'

/** A file as it really is. */
export interface Served {
  readonly url: string
  readonly content: Buffer
  /** Its SHA-256 in base64. */
  readonly sha256: string
  /** Its own entity tag, without any fault. */
  readonly etag: string
}

/** What was seen of a scenario. */
export interface Seen {
  readonly journal: readonly JournalEntry[]
  readonly answers: readonly Answer[]
  /** What Repr-Digest told of the file when all was disarmed. */
  readonly reprDigest: string
}

/** ms that the journal may take to know all, and the server to close. */
const PATIENCE = 8_000
/** Scenarios draw all chance that matters by themselves. */
const SEED = 1

/** A server on which one scenario after the other is played. */
export class Stage implements AsyncDisposable {
  readonly #served = new Map<number, Served>()

  private constructor(
    private readonly root: Folder,
    readonly server: FaultListener,
  ) {}

  static async open(): Promise<Stage> {
    const contents = SIZES.map((size) => ({ name: `f${size}`, content: pattern(size) }))
    const root = new Folder(Object.fromEntries(contents.map((each) => [each.name, each.content])))
    const stage = new Stage(root, await faultServer({ root: root.path, seed: SEED }))
    for (const { name, content } of contents) {
      const url = `${stage.server.url}/${name}`
      const etag = (await fetch(url, { method: 'HEAD' })).headers.get('etag') ?? ''
      const sha256 = createHash('sha256').update(content).digest('base64')
      stage.#served.set(content.length, { url, content, sha256, etag })
    }
    return stage
  }

  /** Arms a scenario, lets a client act, and waits until all is known. @throws where that never is */
  async play<T>(
    { size, rules }: Scenario,
    act: (served: Served) => Promise<T>,
  ): Promise<{ served: Served; result: T; seen: Seen }> {
    const served = this.#served.get(size)
    if (served === undefined) throw new Error(`no file of ${size} bytes`)
    const { faults, port } = this.server
    faults.clearJournal()
    faults.armAll(rules)
    using answers = new Answers(port)
    const result = await act(served)
    await within('settled()', faults.settled()).catch((cause) => {
      throw new Error(`${cause.message}: ${JSON.stringify(faults.journal())}`, { cause })
    })
    faults.disarm()
    const journal = faults.journal()
    const open = journal.filter(({ outcome, ended }) => outcome === 'pending' || ended === null)
    if (open.length > 0) throw new Error(`entries never settled: ${JSON.stringify(open)}`)
    const all = answers.all()
    const headers = { 'want-repr-digest': 'sha-256=9' }
    const after = await fetch(served.url, { method: 'HEAD', headers })
    const reprDigest = after.headers.get('repr-digest') ?? ''
    return { served, result, seen: { journal, answers: all, reprDigest } }
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
  const over = new AbortController()
  const late = pause(PATIENCE, undefined, { signal: over.signal }).then(() => {
    throw new Error(`${what} hangs`)
  })
  late.catch(() => {})
  return Promise.race([promise, late]).finally(() => over.abort())
}
