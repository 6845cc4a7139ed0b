// The pages of which pictures are made, and that are checked. `prepare(page, served)` runs when the page has
// loaded, with what playwright and puppeteer have in common: evaluate, click, keyboard, waitForSelector,
// waitForFunction.
import { NAMES } from './site.mjs'

const seek = (second) => [
  (second) => {
    const media = document.querySelector('video, audio')
    media.muted = true
    media.currentTime = second
  },
  second,
]

/** Shows a frame of the film. */
async function showFrame(page) {
  await page.waitForFunction(() => document.querySelector('video, audio')?.readyState >= 2)
  await page.evaluate(...seek(9))
  await page.waitForFunction(() => {
    const media = document.querySelector('video, audio')
    return !media.seeking && media.readyState >= 2
  })
}

export const PAGES = [
  {
    name: 'listing',
    title: 'Listing',
    says: 'A folder as a list.',
    path: '/',
  },
  {
    name: 'player',
    title: 'Player',
    says: 'A film.',
    path: '/-/watch/voyage.mp4',
    prepare: showFrame,
  },
  {
    name: 'player-long-name',
    title: 'Player of a file with a long name',
    says: 'A long name.',
    path: `/-/watch/${encodeURIComponent(NAMES.long)}`,
    prepare: showFrame,
  },
  {
    name: 'audio',
    title: 'Audio',
    says: 'Sound with its cover.',
    path: '/-/watch/nocturne.mp3',
    prepare: showFrame,
  },
  {
    name: 'not-found',
    title: 'Error',
    says: 'A URL without a file.',
    path: `/${encodeURIComponent(NAMES.hebrew)}/nothing-here`,
  },
]
