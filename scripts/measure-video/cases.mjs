// One case for each question: `measure` returns the text of its cell.
import { controlled, element, load, pause, rest, sleep, until } from './page.mjs'

export const CASES = {
  accepts: {
    question: 'plays a 206 made by script; what the worker sees of the request',
    async measure(scene) {
      await controlled(scene)
      await load(scene, '/film.mp4?made&nostore#t=5&lastbyte=1')
      const { t, error } = await until(scene, ({ t, error }) => t > 6.5 || error)
      const first = scene.site.entries.find(({ kind }) => kind === 'request')
      const { range, hash, mode, credentials, destination, client } = first ?? {}
      return `${error ?? `plays from ${(Math.floor(t * 2) / 2).toFixed(1)} s`}; Range \`${range}\`, fragment \`${hash}\`, ${mode}, ${credentials}, ${destination}, client ${client ? 'known' : 'unknown'}`
    },
  },
  unsized: {
    question: 'a 206 without Content-Length',
    async measure(scene) {
      await controlled(scene)
      await load(scene, '/film.mp4?made&unsized')
      const { error } = await until(scene, ({ t, error }) => t > 1 || error)
      return error ?? 'plays'
    },
  },
  short: {
    question: 'a 206 with fewer bytes than requested (256 KiB each)',
    async measure(scene) {
      await controlled(scene)
      await load(scene, '/film.mp4?made&short=262144')
      const { t, error } = await until(scene, ({ t, error }) => t > 6 || error)
      const requests = scene.site.entries.filter(({ kind }) => kind === 'request').length
      return `${error ?? (t > 6 ? 'plays' : 'stands still')}, ${requests} requests`
    },
  },
  whole: {
    question: 'a 200 to a Range: is it seekable',
    async measure(scene) {
      await controlled(scene)
      await load(scene, '/film.mp4?made&whole')
      await until(scene, ({ t, error }) => t > 1 || error)
      const { seekable, error } = await element(scene)
      return error ?? `plays, seekable ${seekable}`
    },
  },
  seek: {
    question: 'a seek to 100 s: the old stream, the new request, the time it takes',
    async measure(scene) {
      await controlled(scene)
      await load(scene, '/film.mp4?made&nostore')
      await until(scene, ({ t, error }) => t > 2 || error)
      const from = scene.site.entries.length
      const started = Date.now()
      await scene.browser.run(`document.querySelector('video').currentTime = 100`)
      const { t, error } = await until(scene, ({ t, error }) => t > 100.2 || error, 15_000)
      const took = Date.now() - started
      await sleep(1_000)
      const later = scene.site.entries
        .slice(from)
        .filter(({ kind }) => !['position', 'beat'].includes(kind))
      const text = later
        .map(({ kind, range }) => (range ? `${kind} \`${range}\`` : kind))
        .join(', ')
      return `${error ?? (t > 100.2 ? `plays on after ${(took / 1000).toFixed(1)} s` : `stuck at ${t}`)}: ${text || 'no event'}`
    },
  },
  'seek-through': {
    question: 'the same seek where the worker passes the request on with `fetch(request)`',
    async measure(scene) {
      await controlled(scene)
      await load(scene, '/film.mp4?made&through')
      await until(scene, ({ t, error }) => t > 2 || error)
      await scene.browser.run(`document.querySelector('video').currentTime = 100`)
      const { t, error } = await until(scene, ({ t, error }) => t > 100.2 || error, 15_000)
      return error ?? (t > 100.2 ? 'plays on' : `stuck at ${t}`)
    },
  },
  backpressure: {
    question: 'bytes that a player pulls of a stream 4 s after it starts, of 23 MB',
    async measure(scene) {
      await controlled(scene)
      await load(scene, '/film.mp4?made&nostore')
      await until(scene, ({ t, error }) => t > 1 || error)
      await sleep(5_000)
      const positions = scene.site.entries.filter(
        ({ kind }) => kind === 'position' || kind === 'complete',
      )
      return (
        positions.map(
          ({ at, kind }) =>
            `${(at / 1e6).toFixed(1)} MB${kind === 'complete' ? ' (complete)' : ''}`,
        )[0] ?? 'none'
      )
    },
  },
  error: {
    question: 'the stream breaks off at 1 MB: what follows',
    async measure(scene) {
      await controlled(scene)
      await load(scene, '/film.mp4?made&stop=1000000&error')
      const { t, error } = await until(scene, ({ t, error }) => t > 15 || error, 25_000)
      const ranges = scene.site.entries
        .filter(({ kind, id }) => kind === 'request' && id > 1)
        .map(({ range }) => `\`${range}\``)
      return `${error === undefined ? `plays on (${t.toFixed(0)} s)` : `error ${error} at ${t.toFixed(1)} s`}; requests after it: ${ranges.slice(0, 3).join(', ') || 'none'}`
    },
  },
  status: {
    question: 'the stream breaks off at 1 MB, then the worker responds with 412',
    async measure(scene) {
      await controlled(scene)
      await load(scene, '/film.mp4?made&stop=1000000&error&only=412')
      const { t, error } = await until(scene, ({ error }) => error, 30_000)
      const requests = scene.site.entries.filter(({ kind, id }) => kind === 'request' && id > 1)
      return `${error === undefined ? `no error by ${t.toFixed(1)} s` : `error ${error} at ${t.toFixed(1)} s`}; ${requests.length} requests after it`
    },
  },
  update: {
    question: 'a new worker calls `skipWaiting` while the film plays: the stream of the old one',
    async measure(scene) {
      await controlled(scene)
      await load(scene, '/film.mp4?made&nostore')
      await until(scene, ({ t, error }) => t > 2 || error)
      const from = scene.site.entries.length
      scene.site.newVersion()
      await scene.browser.run(`
        const changed = new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
        await navigator.serviceWorker.register('/raw-worker.js?skip', { scope: '/' })
        await Promise.race([changed, new Promise((resolve) => setTimeout(resolve, 5_000))])`)
      const { t, error } = await until(scene, ({ t, error }) => t > 45 || error, 50_000)
      const later = scene.site.entries
        .slice(from)
        .filter(({ kind }) => !['position', 'beat'].includes(kind))
      const boots = new Set(
        scene.site.entries.filter(({ kind }) => kind === 'request').map(({ boot }) => boot),
      )
      return `${error ?? `plays on to ${t.toFixed(0)} s`}; ${boots.size} workers asked; ${later.map(({ kind, range }) => (range ? `${kind} \`${range}\`` : kind)).join(', ') || 'no event'}`
    },
  },
  reload: {
    question: 'a page loaded past all caches: controlled; after `clients.claim()`',
    async measure(scene) {
      await controlled(scene)
      await scene.browser.reload()
      const isControlled = () =>
        scene.browser.run(`return navigator.serviceWorker.controller !== null`)
      const before = await isControlled()
      await scene.browser.run(`
        const { active } = await navigator.serviceWorker.ready
        active.postMessage('claim')
        await new Promise((resolve) => setTimeout(resolve, 1_500))`)
      return `${before ? 'controlled' : 'not controlled'}; ${(await isControlled()) ? 'controlled' : 'not controlled'}`
    },
  },
  paused: {
    long: true,
    question: 'paused for 6 min after 5 s: what happens to the stream, and does it play on',
    async measure(scene) {
      await controlled(scene)
      await load(scene, '/film.mp4?made&nostore')
      await until(scene, ({ t, error }) => t > 5 || error)
      await pause(scene)
      const from = scene.site.entries.length
      await sleep(360_000)
      const during = rest(scene, from)
      await scene.browser.run(
        `const video = document.querySelector('video'); video.playbackRate = 4; await video.play()`,
      )
      const { t, error } = await until(scene, ({ t, error }) => t > 100 || error, 60_000)
      return `${during}; ${error ?? (t > 100 ? 'plays on' : `stands still at ${t.toFixed(1)} s`)}; ${rest(scene, from, during)}`
    },
  },
  'no-bytes': {
    long: true,
    question: 'no byte of the stream for 12 min: how long the worker lives, what the player does',
    measure: (scene) => silent(scene, '/film.mp4?made&stop=1000000'),
  },
  'no-bytes-held': {
    long: true,
    question: 'the same with `waitUntil` of the stream’s end',
    measure: (scene) => silent(scene, '/film.mp4?made&stop=1000000&hold'),
  },
  'no-bytes-pinged': {
    long: true,
    question: 'the same without it, while the page posts a message to the worker each 10 s',
    measure: async (scene) => {
      await controlled(scene)
      await scene.browser.run(
        `setInterval(() => navigator.serviceWorker.controller.postMessage('ping'), 10_000)`,
      )
      return silent(scene, '/film.mp4?made&stop=1000000', 240_000)
    },
  },
  pending: {
    long: true,
    question: '`respondWith` not settled for 12 min: what the player does',
    measure: (scene) => silent(scene, '/film.mp4?made&pending'),
  },
}

/** Watches a player that receives nothing for 12 minutes, or another time in ms. */
async function silent(scene, path, within = 720_000) {
  if (within === 720_000) await controlled(scene)
  await load(scene, path)
  const started = Date.now()
  const { t, error } = await until(scene, ({ error }) => error, within, 5_000)
  const after = Math.round((Date.now() - started) / 1000)
  const beats = scene.site.entries.filter(
    ({ kind, boot }) => kind === 'beat' && boot === scene.site.entries[0]?.boot,
  )
  const lived =
    beats.length === 0
      ? 'no beat'
      : `the worker ran for ${Math.round((beats.at(-1).ms - beats[0].ms) / 1000) + 10} s`
  const requests = scene.site.entries.filter(({ kind }) => kind === 'request')
  const again = requests
    .slice(1)
    .map(({ ms, range }) => `\`${range}\` after ${Math.round((ms - requests[0].ms) / 1000)} s`)
  return `${error === undefined ? `no error by ${t.toFixed(1)} s` : `error ${error} after ${after} s`}; ${lived}; requests: ${again.slice(0, 3).join(', ') || 'none'}`
}
