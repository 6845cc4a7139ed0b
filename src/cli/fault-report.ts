import type { FaultLayer } from '../fault/fault-layer.js'
import type { JournalEntry } from '../fault/journal.js'
import { faultText } from '../pages/fault-cells.js'
import { printableText } from '../printable-text.js'
import type { FaultListener } from '../testing/fault-scope.js'
import { announceFaults } from './announce-faults.js'
import { localOrigin } from './local-origin.js'
import type { Environment } from './settings/environment.js'

/** The run that a report is about. */
export interface ReportedRun extends Pick<Environment, 'TLS_CERT' | 'PREFIX'> {
  readonly target: string
  /** The token that was given; empty for one that was drawn. A given one is a secret, and isn't printed. */
  readonly token: string
  /** The address that was given. */
  readonly host: string
}

/** Prints what faults do: a line for each entry of the journal as it settles, and a summary. */
export class FaultReport {
  readonly #outcomes = new Map<string, number>()
  readonly #acted = new Set<string | null>()
  #stop: () => void = () => {}

  constructor(
    private readonly faults: FaultLayer,
    private readonly out: Pick<NodeJS.WriteStream, 'write'>,
    private readonly form: 'text' | 'json',
  ) {}

  /** Prints that the server listens, and follows the journal. */
  begin(listener: Pick<FaultListener, 'url' | 'port' | 'seed' | 'token'>, run: ReportedRun): void {
    const { url, port, seed, token } = listener
    const prefix = run.PREFIX.replace(/\/$/, '')
    if (this.form === 'json') {
      const drawn = run.token === '' ? { token } : {}
      this.#json({
        type: 'ready',
        url,
        port,
        target: run.target,
        faults: `${url}${prefix}/-/faults`,
        seed,
        ...drawn,
      })
    } else {
      this.#line(`Faults in front of ${run.target} at ${url}, by seed ${seed}.`)
      const variable = run.token === '' ? undefined : 'FAULT_TOKEN'
      const origin = localOrigin({ address: run.host, port }, run)
      announceFaults({ url: origin + prefix }, { token, variable })
    }
    this.#stop = this.faults.follow((entry) => this.#entry(entry))
  }

  /** Prints the summary: how many faults did what, and the rules that never acted. */
  end(): void {
    this.#stop()
    const unused = this.faults
      .rules()
      .filter(({ id }) => !this.#acted.has(id))
      .map(({ id }) => id)
    const outcomes = Object.fromEntries(this.#outcomes)
    const { seed } = this.faults
    if (this.form === 'json') {
      this.#json({ type: 'end', seed, outcomes, unused })
      return
    }
    const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`)
    const silent = unused.length === 0 ? '' : ` Rules that never acted: ${unused.join(', ')}.`
    this.#line(`${counts.join(', ') || 'No fault was due'}; seed ${seed}.${silent}`)
  }

  #entry(entry: JournalEntry): void {
    const { rule, method, path, fault, outcome, status, written, ended } = entry
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1)
    if (outcome === 'injected') this.#acted.add(rule)
    if (this.form === 'json') {
      this.#json({ type: 'fault', ...entry })
      return
    }
    const by = rule === null ? 'the request itself' : rule
    this.#line(
      `${method} ${path} ${status ?? 'no status'}, ${written} bytes, ${ended}: ${faultText(fault)} (${by}): ${outcome}`,
    )
  }

  #json(event: object): void {
    this.#line(JSON.stringify(event))
  }

  /** Paths and fields of requests may contain characters on which a terminal acts. */
  #line(text: string): void {
    this.out.write(`${printableText(text)}\n`)
  }
}
