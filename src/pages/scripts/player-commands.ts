import { type Chapter, chapterStep } from './player-chapters.js'
import { nextRate } from './player-preferences.js'
import type { Command } from './player-shortcuts.js'
import { formatTime } from './player-time.js'

/** The members of a media element that commands change. */
export type CommandedMedia = Pick<
  HTMLMediaElement,
  'currentTime' | 'duration' | 'paused' | 'volume' | 'muted' | 'playbackRate' | 'play' | 'pause'
>

/** What commands reach besides the media element. */
export interface CommandPort {
  readonly media: CommandedMedia
  readonly chapters: () => readonly Chapter[]
  /** Changes what a button of the page changes as well. */
  readonly change: (kind: 'subtitles' | 'pip' | 'fullscreen' | 'help') => void
  /** Opens the next or the previous file; false without one. */
  readonly open: (step: 1 | -1) => boolean
  /** Tells a user what has changed. */
  readonly say: (text: string) => void
}

/** Carries out a command of a key. */
export function runCommand(command: Command, port: CommandPort): void {
  const { media, say } = port
  switch (command.kind) {
    case 'toggle':
      // A browser that refuses to play says so by itself, and the player's button stays.
      if (media.paused) media.play().catch(() => {})
      else media.pause()
      return
    case 'seek':
      seek(media, media.currentTime + command.seconds)
      return
    case 'jump':
      if (Number.isFinite(media.duration)) seek(media, media.duration * command.fraction)
      return
    case 'volume':
      media.volume = Math.min(1, Math.max(0, Math.round((media.volume + command.by) * 100) / 100))
      media.muted = false
      say(`Volume ${Math.round(media.volume * 100)} %`)
      return
    case 'mute':
      media.muted = !media.muted
      say(media.muted ? 'Sound off' : 'Sound on')
      return
    case 'rate':
      media.playbackRate = nextRate(media.playbackRate, command.step)
      say(`Speed ${media.playbackRate}×`)
      return
    case 'chapter': {
      const chapters = port.chapters()
      const start = chapterStep(chapters, media.currentTime, command.step)
      if (start === undefined) return
      seek(media, start)
      say(`${chapters.find((one) => one.start === start)?.title} (${formatTime(start)})`)
      return
    }
    case 'neighbour':
      if (!port.open(command.step)) {
        say(
          command.step > 0
            ? 'This is the last file of the folder.'
            : 'This is the first file of the folder.',
        )
      }
      return
    default:
      port.change(command.kind)
  }
}

function seek(media: CommandedMedia, seconds: number): void {
  const end = Number.isFinite(media.duration) ? media.duration : Number.POSITIVE_INFINITY
  media.currentTime = Math.min(Math.max(0, seconds), end)
}
