import { setTimeout as pause } from 'node:timers/promises'
import type { TestBrowser, TestPage } from '../../fixture/browsers/test-browser.js'
import { CODE } from '../../fixture/coded-clip/frame-code.js'
import { Origin } from './origin.js'
import type { GuardKind } from './pages.js'
import { type MediaEvent, record, type ShownFrame } from './recorder.js'
import type { Scenario, Step } from './scenario.js'
import { judge, type Seek, splitAtChoice, type Verdict } from './verdict.js'

/** ms without progress after the last step, after which a video is taken for lost. */
const PATIENCE: Readonly<Record<GuardKind, number>> = {
  naked: 15_000,
  guarded: 45_000,
  supervised: 45_000,
}

export interface Outcome {
  readonly scenario: Scenario
  readonly browser: TestBrowser['name']
  readonly guard: GuardKind
  /** `played` to the end; `dead` by an error; `stuck` without one. */
  readonly kind: 'played' | 'dead' | 'stuck'
  /** What was shown until the viewer chose the new version, or until the end. */
  readonly first: Verdict
  /** What was shown after that choice. */
  readonly second: Verdict | undefined
  /** s: the last position that was shown. */
  readonly last: number | undefined
  /** s between the end of the last fault and the next frame. */
  readonly back: number | undefined
  readonly error: string | null
  /** What the guard said at the end. */
  readonly status: string
  readonly kept: { readonly volume: number; readonly rate: number }
  readonly seeks: readonly Seek[]
  readonly frames: readonly ShownFrame[]
  readonly events: readonly MediaEvent[]
}

interface Playback {
  readonly position: number
  readonly isEnded: boolean
  readonly error: string | null
  readonly frames: number
  /** What the guard says. */
  readonly status: string
  readonly kept: { readonly volume: number; readonly rate: number }
}

/** Plays the clip of a scenario in a page of its own. */
export async function runScenario(
  browser: TestBrowser,
  guard: GuardKind,
  scenario: Scenario,
): Promise<Outcome> {
  const changes = scenario.steps.flatMap((step) => (step.kind === 'change' ? [step.how] : []))
  await using origin = await Origin.start(scenario.seconds, changes)
  for (const rule of scenario.rules ?? []) await origin.arm(rule)
  await using page = await browser.open()
  await page.goto(`${origin.url}/${guard}.html`)
  await page.evaluate(record, CODE)
  const seeks: Seek[] = []
  const run = new Run(origin, page, seeks, PATIENCE[guard])
  for (const step of scenario.steps) await run.step(step)
  const lifted = Date.now()
  const { end, chosen } = await run.finish()
  const { frames, events } = await page.evaluate(() => window.recording, undefined)
  const { before, after } = splitAtChoice(frames, chosen)
  const next = frames.find(({ at }) => at > lifted)
  return {
    scenario,
    browser: browser.name,
    guard,
    kind: end.isEnded ? 'played' : end.error === null ? 'stuck' : 'dead',
    first: judge({ frames: before, events }, seeks),
    second: Number.isFinite(chosen) ? judge({ frames: after, events }, []) : undefined,
    last: end.position,
    back: next && (next.at - lifted) / 1_000,
    error: end.error,
    status: end.status,
    kept: end.kept,
    seeks,
    frames,
    events,
  }
}

class Run {
  constructor(
    private readonly origin: Origin,
    private readonly page: TestPage,
    private readonly seeks: Seek[],
    private readonly patience: number,
  ) {}

  async step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'play':
        await this.#progress(({ position }) => position >= step.to, 5_000)
        return
      case 'wait':
        await pause(step.ms)
        return
      case 'kill':
        return this.origin.kill()
      case 'start':
        return this.origin.start()
      case 'freeze':
        return this.origin.freeze()
      case 'thaw':
        return this.origin.thaw()
      case 'arm':
        return this.origin.arm(step.rule)
      case 'disarm':
        return this.origin.disarm(step.id)
      case 'change':
        return this.origin.change(step.how)
      case 'seek':
        this.seeks.push({ at: await this.#seek(step.to), to: step.to })
    }
  }

  /** Returns when, by the page's own clock: before its turn comes, the target may be played through. */
  #seek(to: number): Promise<number> {
    return this.page.evaluate((to) => {
      const video = document.querySelector('video') as HTMLVideoElement
      const at = Date.now()
      video.currentTime = to
      return at
    }, to)
  }

  /**
   * Until the clip has ended, or has made no progress for too long. The viewer chooses the new version where the
   * guard offers it.
   */
  async finish(): Promise<{ end: Playback; chosen: number }> {
    const offers = ({ status }: Playback) => status.includes('another version')
    const end = await this.#progress((now) => now.isEnded || offers(now), this.patience)
    if (end.isEnded || !offers(end)) return { end, chosen: Number.POSITIVE_INFINITY }
    const chosen = await this.page.evaluate(() => {
      document.querySelector('lastbyte-status')?.shadowRoot?.querySelector('button')?.click()
      return Date.now()
    }, undefined)
    return { end: await this.#progress(({ isEnded }) => isEnded, this.patience), chosen }
  }

  async #progress(isDone: (now: Playback) => boolean, patience: number): Promise<Playback> {
    let last = await this.#playback()
    let since = Date.now()
    while (!isDone(last) && Date.now() - since < patience) {
      await pause(100)
      const now = await this.#playback()
      if (now.frames !== last.frames) since = Date.now()
      last = now
    }
    return last
  }

  #playback(): Promise<Playback> {
    return this.page.evaluate(() => {
      const video = document.querySelector('video') as HTMLVideoElement
      const { currentTime, ended, error, volume, playbackRate } = video
      const status = document.querySelector('lastbyte-status')?.shadowRoot
      return {
        position: currentTime,
        isEnded: ended,
        error: error && `${error.code}: ${error.message}`,
        frames: window.recording.frames.length,
        status: status?.querySelector('[role=status]')?.textContent ?? '',
        kept: { volume, rate: playbackRate },
      }
    }, undefined)
  }
}
