// What the cases do with the page of the site.

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Opens the page and lets the raw worker control it. */
export async function controlled({ site, browser }) {
  await browser.open(`${site.url}/`)
  await browser.run(`
    await navigator.serviceWorker.register('/raw-worker.js', { scope: '/' })
    while (navigator.serviceWorker.controller === null) await new Promise((resolve) => setTimeout(resolve, 50))`)
}

/** Sets the source of the video and plays it. */
export function load({ browser }, path) {
  return browser.run(`
    const video = document.querySelector('video')
    video.src = ${JSON.stringify(path)}
    video.play().catch(() => {})`)
}

export function pause({ browser }) {
  return browser.run(`document.querySelector('video').pause()`)
}

/** The state of the video. */
export function element({ browser }) {
  return browser
    .run(`
      const { currentTime, error, readyState, seekable } = document.querySelector('video')
      const ends = Array.from({ length: seekable.length }, (_, index) => seekable.end(index).toFixed(0))
      return { t: currentTime, error: error ? error.code + ' ' + error.message : null, readyState, seekable: ends.join() || 'nothing' }`)
    .then(({ error, ...state }) => ({ ...state, error: error ?? undefined }))
}

/** The state of the video once it holds, or when the time is over. */
export async function until(scene, holds, within = 20_000, every = 200) {
  const end = Date.now() + within
  for (;;) {
    const state = await element(scene)
    if (holds(state) || Date.now() > end) return state
    await sleep(every)
  }
}

/** The entries since a position, as text, without those of an earlier text. */
export function rest({ site }, from, before = '') {
  const entries = site.entries
    .slice(from)
    .filter(({ kind }) => !['position', 'beat'].includes(kind))
  const offset = site.entries[from - 1]?.ms ?? 0
  const text = entries.map(
    ({ kind, range, ms }) =>
      `${kind}${range ? ` \`${range}\`` : ''} after ${Math.round((ms - offset) / 1000)} s`,
  )
  const shown = text.join(', ') || 'no event'
  return shown.startsWith(before)
    ? shown.slice(before.length).replace(/^, /, '') || 'no event'
    : shown
}
