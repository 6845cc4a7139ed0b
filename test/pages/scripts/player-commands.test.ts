import { describe, expect, it } from 'vitest'
import { runCommand } from '../../../src/pages/scripts/player-commands.js'
import type { Command } from '../../../src/pages/scripts/player-shortcuts.js'

function run(command: Command, state: object = {}, opens = true) {
  const said: string[] = []
  const changed: string[] = []
  const media = {
    currentTime: 30,
    duration: 60,
    paused: true,
    volume: 0.5,
    muted: false,
    playbackRate: 1,
    play: async () => {
      media.paused = false
    },
    pause: () => {
      media.paused = true
    },
    ...state,
  }
  runCommand(command, {
    media,
    chapters: () => [
      { start: 0, title: 'One' },
      { start: 40, title: 'Two' },
    ],
    change: (kind) => changed.push(kind),
    open: () => opens,
    say: (text) => said.push(text),
  })
  return { media, said, changed }
}

describe('runCommand', () => {
  it('plays and pauses', () => {
    expect(run({ kind: 'toggle' }).media.paused).toBe(false)
    expect(run({ kind: 'toggle' }, { paused: false }).media.paused).toBe(true)
  })

  it('does not fail where the browser refuses to play', async () => {
    run({ kind: 'toggle' }, { play: () => Promise.reject(new Error('NotAllowedError')) })
    await new Promise((resolve) => setImmediate(resolve))
  })

  it.each([
    [5, {}, 35],
    [-40, {}, 0],
    [40, {}, 60],
    [40, { duration: Number.NaN }, 70],
  ])('seeks by %i s within the file', (seconds, state, to) => {
    expect(run({ kind: 'seek', seconds }, state).media.currentTime).toBe(to)
  })

  it('jumps to a share of the duration, if that is known', () => {
    expect(run({ kind: 'jump', fraction: 0.9 }).media.currentTime).toBe(54)
    const endless = { duration: Number.POSITIVE_INFINITY }
    expect(run({ kind: 'jump', fraction: 0.9 }, endless).media.currentTime).toBe(30)
  })

  it.each([
    [0.05, 0.5, 0.55],
    [0.05, 0.98, 1],
    [-0.05, 0.02, 0],
  ])('changes the volume by %f from %f to %f, and turns the sound on', (by, volume, to) => {
    const { media, said } = run({ kind: 'volume', by }, { volume, muted: true })
    expect([media.volume, media.muted]).toEqual([to, false])
    expect(said).toEqual([`Volume ${Math.round(to * 100)} %`])
  })

  it('turns the sound off and on', () => {
    expect(run({ kind: 'mute' })).toMatchObject({ media: { muted: true }, said: ['Sound off'] })
    expect(run({ kind: 'mute' }, { muted: true }).said).toEqual(['Sound on'])
  })

  it('changes the speed', () => {
    expect(run({ kind: 'rate', step: 1 })).toMatchObject({
      media: { playbackRate: 1.25 },
      said: ['Speed 1.25×'],
    })
  })

  it('goes to the next chapter and tells its title', () => {
    expect(run({ kind: 'chapter', step: 1 })).toMatchObject({
      media: { currentTime: 40 },
      said: ['Two (0:40)'],
    })
    expect(run({ kind: 'chapter', step: 1 }, { currentTime: 50 }).media.currentTime).toBe(50)
  })

  it.each([
    [1, 'This is the last file of the folder.'],
    [-1, 'This is the first file of the folder.'],
  ] as const)('tells that there is no neighbour by the step %i', (step, text) => {
    expect(run({ kind: 'neighbour', step }, {}, false).said).toEqual([text])
    expect(run({ kind: 'neighbour', step }).said).toEqual([])
  })

  it.each(['subtitles', 'pip', 'fullscreen', 'help'] as const)(
    'changes what a button changes: %s',
    (kind) => {
      expect(run({ kind }).changed).toEqual([kind])
    },
  )
})
