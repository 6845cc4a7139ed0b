import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { StopPhase } from '../../src/cli/graceful-stop.js'
import type { HangupMeaning } from '../../src/cli/hangup.js'
import { stopOnSignals } from '../../src/cli/stop-on-signals.js'
import { AddedListeners } from '../fixture/added-listeners.js'

describe('stopOnSignals', () => {
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'].map((name) => new AddedListeners(process, name))
  const acts: string[] = []
  beforeEach(() => {
    acts.length = 0
    vi.spyOn(process, 'exit').mockImplementation((code) => void acts.push(`exit ${code}`) as never)
  })
  afterEach(() => {
    vi.restoreAllMocks()
    for (const listeners of signals) listeners.remove()
  })

  /** A server that stops by these steps, with a delay for draining. */
  function signalled(hangup: HangupMeaning, ...sent: NodeJS.Signals[]): readonly string[] {
    let phase: StopPhase = 'serving'
    const become = (next: StopPhase) => {
      phase = next
      acts.push(next)
    }
    const stop = {
      get phase() {
        return phase
      },
      drain: () => become('draining'),
      close: () => become('closing'),
    }
    stopOnSignals(stop, () => void acts.push('reload'), hangup)
    for (const signal of sent) {
      if (acts.at(-1)?.startsWith('exit')) break
      process.emit(signal, signal)
    }
    return acts
  }

  it.each<[NodeJS.Signals[], string[]]>([
    [['SIGTERM'], ['draining']],
    [['SIGINT'], ['closing']],
    [
      ['SIGTERM', 'SIGTERM'],
      ['draining', 'closing'],
    ],
    [
      ['SIGTERM', 'SIGINT'],
      ['draining', 'closing'],
    ],
    [['SIGHUP'], ['reload']],
    [
      ['SIGHUP', 'SIGTERM', 'SIGHUP'],
      ['reload', 'draining', 'reload'],
    ],
  ])('takes a step at each of %j', (sent, steps) => {
    expect(signalled('reload', ...sent)).toEqual(steps)
  })

  it('ends the process at the last signal', () => {
    signalled('reload', 'SIGTERM', 'SIGTERM', 'SIGTERM')
    expect(acts.slice(0, 3)).toEqual(['draining', 'closing', 'exit 1'])
  })

  it('stops at the SIGHUP of a terminal that closes', () => {
    expect(signalled('stop', 'SIGHUP')).toEqual(['closing'])
  })
})
