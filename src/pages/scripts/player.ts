// The page that plays a file: controls beside those of the browser, and what happens on the connection.
import { guard } from '../../video/index.js'
import { element } from './element.js'
import { byId } from './page-elements.js'
import { fetchChapters, listChapters } from './player-chapter-list.js'
import type { Chapter } from './player-chapters.js'
import { button, checkBox, rateMenu, subtitleMenu } from './player-choices.js'
import { runCommand } from './player-commands.js'
import { faultMenu } from './player-faults.js'
import { helpSheet } from './player-help.js'
import { playHls } from './player-hls.js'
import { loadHls } from './player-hls-script.js'
import { Positions } from './player-position.js'
import { changePreferences, readPreferences } from './player-preferences.js'
import { receiveReads, watchReceived } from './player-received.js'
import { describeSession, handleSession, tellPosition } from './player-session.js'
import { commandFor } from './player-shortcuts.js'
import { StatusLine } from './player-status.js'
import { openStore } from './player-store.js'
import { formatTime, startOfFragment } from './player-time.js'
import { Subtitles } from './player-tracks.js'

/** Beside this script, if the server has it. */
const HLS = 'hls.js'

const media = document.querySelector('video, audio') as HTMLVideoElement | HTMLAudioElement
const root = byId('player')
const tools = byId('tools')
const { form = 'video', version = '', chapters: chaptersUrl, faults: faultsUrl } = root.dataset
const source = media.src
const store = openStore(() => localStorage)
const status = new StatusLine(byId('state'), media)
const say = (text: string) => status.say(text)
const file = { path: location.pathname, version }
let chapters: readonly Chapter[] = []

// The position: of the address, or where this version was left.
const positions = new Positions(store)
const wanted = startOfFragment(location.hash)
const left = positions.of(file)
const start = wanted ?? left
if (start !== undefined) {
  const begin = () => {
    media.currentTime = start
    if (wanted !== undefined) return
    say(`Continues at ${formatTime(start)}.`)
    const again = button('restart', 'Start over', () => {
      media.currentTime = 0
      again.remove()
    })
    byId('actions').append(again)
    media.addEventListener('ended', () => again.remove(), { once: true })
  }
  if (media.readyState > 0) begin()
  else media.addEventListener('loadedmetadata', begin, { once: true })
}
let remembered = 0
const remember = () => {
  // A player that has not begun knows no position.
  if (media.readyState === 0 || (media.currentTime === 0 && !media.ended)) return
  remembered = Date.now()
  positions.set(file, media.currentTime, media.duration)
}
media.addEventListener('timeupdate', () => {
  if (Date.now() - remembered > 5_000) remember()
})
for (const event of ['pause', 'ended', 'seeked']) media.addEventListener(event, remember)
addEventListener('pagehide', remember)

// The neighbours in the folder.
const anchor = (id: string) => document.querySelector<HTMLAnchorElement>(id)
const links = { next: anchor('#next'), previous: anchor('#prev') }
const linkOf = (step: 1 | -1): HTMLAnchorElement | null => (step > 0 ? links.next : links.previous)
const session_ = openStore(() => sessionStorage)
const PLAYS = 'lastbyte:plays'
function open(step: 1 | -1): boolean {
  const link = linkOf(step)
  if (link === null) return false
  if (!media.paused || media.ended) session_.setItem(PLAYS, link.pathname)
  location.assign(link.href)
  return true
}
if (session_.getItem(PLAYS) === location.pathname) {
  media.play().catch(() => say('Press play: this browser starts no sound by itself.'))
}
session_.setItem(PLAYS, '')

// Subtitles, speed and what the user chose before.
const preferences = readPreferences(store)
const subtitles = new Subtitles({
  tracks: () => [...media.textTracks],
  languages: navigator.languages,
})
const chooseLanguage = (language: string | undefined) => {
  changePreferences(store, { subtitles: language })
}
subtitles.restore(preferences.subtitles)
media.playbackRate = preferences.rate
media.defaultPlaybackRate = preferences.rate
media.addEventListener('ratechange', () => {
  changePreferences(store, { rate: media.playbackRate })
})
tools.append(rateMenu(media), subtitleMenu(subtitles, media.textTracks, chooseLanguage))
for (const track of media.querySelectorAll('track')) {
  track.addEventListener('error', () => say(`The subtitles “${track.label}” can’t be read.`))
}
if (form === 'audio') {
  const cues = byId('cues')
  for (const track of subtitles.all as TextTrack[]) {
    track.addEventListener('cuechange', () => {
      const active = [...(track.activeCues ?? [])] as VTTCue[]
      cues.replaceChildren(...active.map((cue) => element('p', {}, cue.getCueAsHTML())))
      cues.hidden = active.length === 0
    })
  }
}

// Picture in picture, full screen, the next file, the shortcuts.
const canFloat = media instanceof HTMLVideoElement && document.pictureInPictureEnabled === true
function float(): void {
  if (!canFloat) {
    say('This browser has no picture in picture for pages.')
    return
  }
  const change = document.pictureInPictureElement
    ? document.exitPictureInPicture()
    : media.requestPictureInPicture()
  change.catch(() => say('Picture in picture is possible once the video has loaded.'))
}
if (canFloat) tools.append(button('pip', 'Picture in picture', float))
let { playsNext } = preferences
if (links.next !== null) {
  tools.append(
    checkBox('plays-next', 'Play the next file at the end', playsNext, (checked) => {
      playsNext = checked
      changePreferences(store, { playsNext })
    }),
  )
}
media.addEventListener('ended', () => {
  if (playsNext) open(1)
})
let hasShortcuts = preferences.shortcuts
const help = helpSheet({
  enabled: hasShortcuts,
  onChange: (enabled) => {
    hasShortcuts = enabled
    changePreferences(store, { shortcuts: enabled })
  },
})
document.body.append(help)
tools.append(button('help', 'Keys', () => help.showModal()))
if (faultsUrl !== undefined) {
  const path = decodeURIComponent(new URL(source).pathname)
  tools.append(faultMenu({ url: faultsUrl, path, say }))
}
tools.hidden = false

function change(kind: 'subtitles' | 'pip' | 'fullscreen' | 'help'): void {
  switch (kind) {
    case 'subtitles': {
      const shown = subtitles.toggle()
      chooseLanguage(shown?.language)
      const isNone = subtitles.all.length === 0
      const off = isNone ? 'There are no subtitles.' : 'Subtitles off'
      say(shown === undefined ? off : `Subtitles: ${shown.label}`)
      return
    }
    case 'pip':
      float()
      return
    case 'fullscreen':
      if (document.fullscreenElement === null) media.requestFullscreen?.().catch(() => {})
      else document.exitFullscreen().catch(() => {})
      return
    case 'help':
      if (help.open) help.close()
      else help.showModal()
  }
}
// Before the browser's own controls, which would act on the same key once more.
addEventListener(
  'keydown',
  (event) => {
    const focus = document.activeElement
    const command = commandFor({
      ...{ key: event.key, ctrlKey: event.ctrlKey, altKey: event.altKey, metaKey: event.metaKey },
      focus: focus === null ? undefined : (focus as HTMLInputElement),
    })
    if (command === undefined || (!hasShortcuts && command.kind !== 'help')) return
    if (help.open && command.kind !== 'help') return
    event.preventDefault()
    event.stopPropagation()
    runCommand(command, { media, chapters: () => chapters, change, open, say })
  },
  { capture: true },
)

if (media instanceof HTMLVideoElement) {
  const video = media
  const shape = () => {
    if (video.videoHeight > 0) video.style.aspectRatio = `${video.videoWidth / video.videoHeight}`
  }
  video.addEventListener('resize', shape)
  video.addEventListener('loadedmetadata', shape)
  shape()
}

// What the system shows.
const art = document.getElementById('art') as HTMLImageElement | null
art?.addEventListener('error', () => art.remove())
if (art?.complete && art.naturalWidth === 0) art.remove()
if ('mediaSession' in navigator) {
  const poster = art?.src ?? (media instanceof HTMLVideoElement ? media.poster : '')
  const folder = document.querySelector('.lb-up')?.textContent ?? ''
  const facts = { name: document.title, folder, artwork: poster === '' ? undefined : poster }
  describeSession(navigator.mediaSession, facts)
  handleSession(navigator.mediaSession, {
    media,
    previous: links.previous === null ? undefined : () => open(-1),
    next: links.next === null ? undefined : () => open(1),
  })
  for (const event of ['durationchange', 'seeked', 'ratechange', 'playing']) {
    media.addEventListener(event, () => tellPosition(navigator.mediaSession, media))
  }
}

// The connection: the guard takes it up again, and the worker tells which bytes have arrived.
const received = watchReceived(byId('ranges'), media)
if (form !== 'hls') receiveReads(navigator.serviceWorker, source, received.onRead)
let recover: ((position: number) => void) | undefined
if (form === 'hls') {
  const playback = await playHls(media, () => loadHls(new URL(HLS, import.meta.url).href))
  if (playback.kind === 'none') status.fail(playback.reason)
  if (playback.kind === 'script') recover = playback.recover
}
guard(media, {
  onState: (state) => {
    status.guard(state)
    received.onState(state)
  },
  ...(recover && { recover, source }),
  // The playlist of a live stream changes all the time, and its segments are other URLs.
  ...(form === 'hls' && { worker: 'off' as const }),
})
setInterval(() => status.show(), 1_000)
if (chaptersUrl !== undefined) {
  chapters = await fetchChapters(chaptersUrl)
  listChapters(byId('chapters'), chapters, media)
}
