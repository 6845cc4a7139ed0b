import { setTimeout as pause } from 'node:timers/promises'
import { Folder } from '../../fixture/files.js'
import { killProcess } from '../../fixture/kill-process.js'
import { RunningProcess, run, Server } from '../../fixture/process.js'
import { SeededDraw } from '../chaos/seeded-draw.js'
import { bytesReceived, CLIENTS, clear, RATE, type Urls } from './clients.js'
import { Contention } from './contention.js'
import { LOOK, PATIENCE, Pace } from './pace.js'
import { CHANGING, Site, type SiteFile, STABLE } from './site.js'
import { childrenOf, type Usage, usageOf } from './usage.js'

/** ms in which the servers must have released what the attackers have left; Fastify keeps idle connections for 72 s. */
const RELEASE = 90_000
/** The share of a siege after which the use of resources is measured for the first time. */
const WARM_SHARE = 0.25
const WORKERS = 2
/** The share of 5 s for which a server may wait for a processor, where it must send something in that time. */
const MOST_CONTENTION = 0.5
const CERTIFICATE = 'test/fixture/tls/cert.pem'
const KEY = 'test/fixture/tls/key.pem'

export interface SiegeOptions {
  readonly seed: number
  /** ms. */
  readonly duration: number
  readonly onFinding?: (finding: string) => void
}

export interface SiegeResult {
  /** Wrong bytes, failed or starved downloads of files that never change. */
  readonly findings: readonly string[]
  /** Complete downloads by client. */
  readonly complete: Readonly<Record<string, number>>
  /** Worker processes that were killed. */
  readonly kills: number
  /** The largest share of 5 s in which a process of the servers waited for a processor. */
  readonly contention: number
  /** Before the attacks. */
  readonly idle: Usage
  /** After the first quarter, when the servers have released what the attackers left. */
  readonly before: Usage
  readonly after: Usage
}

/**
 * Downloads with curl, aria2 and `lastbyte get` from two servers, while attackers besiege them, files change,
 * and workers are killed.
 */
export async function runSiege(options: SiegeOptions): Promise<SiegeResult> {
  const { seed, duration } = options
  using site = new Site(seed)
  const limits = ['--connections-per-address', '64', '--requests-per-address', '64']
  const common = [site.folder.path, '--list', ...limits]
  await using plain = await Server.start([...common, '--workers', String(WORKERS)])
  await using secure = await Server.start([...common, '--tls-cert', CERTIFICATE, '--tls-key', KEY])
  for (const server of [plain, secure]) forgetOutput(server)
  const pids = [plain, secure].map(({ child }) => Number(child.pid))
  const siege = new Siege(site, { plain: plain.url, secure: secure.url }, pids, options)
  const usage = () => usageOf(pids)
  const besiege = async (share: number) => {
    const args = [
      '--import=./test/fixture/typescript/register.mjs',
      'test/journey/siege/attackers/main.ts',
    ]
    const target = [seed, plain.port, secure.port].map(String)
    // They have machines of their own: here, the servers and clients have the processors first.
    const command = ['-n', '19', process.execPath, ...args, ...target]
    await using attackers = new RunningProcess('nice', command)
    await siege.run(AbortSignal.timeout(share * duration))
    if (attackers.hasEnded) throw new Error(`the attackers have ended: ${attackers.stderr}`)
  }
  await siege.downloadOnce()
  const idle = usage()
  // Heaps and caches grow up to a size that attacks of this strength need. Only what is added later is a leak.
  await besiege(WARM_SHARE)
  const before = await releasedUsage(usage, idle)
  await besiege(1 - WARM_SHARE)
  const { findings, complete, kills, contention } = siege
  return {
    findings,
    complete,
    kills,
    contention,
    idle,
    before,
    after: await releasedUsage(usage, idle),
  }
}

/** Without this, the log lines of an hour would be held. */
function forgetOutput(server: RunningProcess): void {
  server.child.stdout?.on('data', () => {
    server.stdout = ''
  })
}

/**
 * The use of resources once all workers run and no more descriptors are open than at the start, or after `RELEASE`.
 */
async function releasedUsage(usage: () => Usage, idle: Usage): Promise<Usage> {
  for (let waited = 0; ; waited += LOOK) {
    const now = usage()
    const isReleased = now.descriptors.length <= idle.descriptors.length
    if ((isReleased && now.processes === idle.processes) || waited >= RELEASE) return now
    await pause(LOOK)
  }
}

class Siege {
  readonly findings: string[] = []
  readonly complete: Record<string, number> = {}
  kills = 0
  /** The largest share of 5 s in which a server waited for a processor. */
  contention = 0
  readonly #contention = new Contention(PATIENCE)
  readonly #paces = new Set<Pace>()

  constructor(
    private readonly site: Site,
    private readonly urls: Urls,
    /** Of the servers; the first has workers. */
    private readonly pids: readonly number[],
    private readonly options: SiegeOptions,
  ) {}

  /** One download of each client. */
  async downloadOnce(): Promise<void> {
    const names = Object.keys(CLIENTS)
    await Promise.all(
      names.map(async (client) => {
        using out = new Folder()
        await this.#download(client, STABLE[0], out)
      }),
    )
  }

  async run(signal: AbortSignal): Promise<void> {
    using _watch = this.#watchMachine()
    const draw = (part: number) => new SeededDraw(this.options.seed * 101 + part)
    const clients = Object.entries(CLIENTS)
    const stable = clients.map(([client], part) => this.#repeat(client, STABLE, draw(part), signal))
    const changing = clients
      .filter(([, { pins }]) => pins)
      .map(([client], part) => this.#repeat(client, CHANGING, draw(part + 10), signal))
    await Promise.all([
      ...stable,
      ...changing,
      this.site.change(draw(20), signal),
      this.#killWorkers(Number(this.pids[0]), draw(21), signal),
    ])
  }

  async #repeat(
    client: string,
    names: readonly [SiteFile, ...SiteFile[]],
    draw: SeededDraw,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      using out = new Folder()
      await this.#download(client, draw.oneOf(names), out)
    }
  }

  async #download(client: string, name: SiteFile, out: Folder): Promise<void> {
    const isStable = (STABLE as readonly string[]).includes(name)
    using _watch = isStable ? this.#watchPace(`${client}, ${name}`, out) : undefined
    const outcome = await CLIENTS[client]?.download(this.urls, name, out)
    if (outcome === undefined) throw new Error(`no client ${client}`)
    if (outcome.kind === 'done' && this.site.hasHad(name, outcome.file)) {
      this.complete[client] = (this.complete[client] ?? 0) + 1
    } else if (outcome.kind === 'done') {
      this.#find(`${client}, ${name}: wrong bytes that look right; ${outcome.tries.join(' | ')}`)
    } else if (isStable) {
      this.#find(`${client}, ${name}: ${outcome.reason}; ${outcome.tries.join(' | ')}`)
    }
    clear(out)
  }

  #watchPace(download: string, out: Folder): Disposable {
    const pace = new Pace(RATE, this.#paces, () => this.#contention.share > MOST_CONTENTION)
    this.#paces.add(pace)
    const began = performance.now()
    const timer = setInterval(() => {
      const starved = pace.look(performance.now() - began, bytesReceived(out))
      if (starved !== undefined) this.#find(`${download}: ${starved}`)
    }, LOOK)
    return {
      [Symbol.dispose]: () => {
        clearInterval(timer)
        this.#paces.delete(pace)
      },
    }
  }

  #watchMachine(): Disposable {
    const timer = setInterval(() => {
      const all = this.pids.flatMap((pid) => [pid, ...childrenOf(pid)])
      this.#contention.note(performance.now(), all)
      this.contention = Math.max(this.contention, this.#contention.share)
    }, LOOK)
    return { [Symbol.dispose]: () => clearInterval(timer) }
  }

  /**
   * Kills a worker with SIGKILL, now and then; the server starts another. Never the only one that listens, as on a busy
   * machine: then nothing would accept connections.
   */
  async #killWorkers(server: number, draw: SeededDraw, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(draw.between(5_000, 15_000), undefined, { signal }).catch(() => {})
      const [worker] = childrenOf(server)
      const isLast = (await this.#listeningWorkers()) < WORKERS
      if (signal.aborted || worker === undefined || isLast) continue
      killProcess(worker)
      this.kills += 1
      for (const pace of this.#paces) pace.restart()
    }
  }

  async #listeningWorkers(): Promise<number> {
    // Not by fetch, whose connection would stay, and count as a leak.
    const { stdout: metrics } = await run('curl', ['-s', '-m', '5', `${this.urls.plain}/-/metrics`])
    return metrics.match(/^lastbyte_worker_up\{.*\} 1$/gm)?.length ?? 0
  }

  #find(finding: string): void {
    this.findings.push(finding)
    this.options.onFinding?.(finding)
  }
}
