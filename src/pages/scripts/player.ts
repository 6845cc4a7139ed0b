// Shows the player's state as text, so that an interruption and its recovery are visible.
const video = document.querySelector('video') as HTMLVideoElement
const state = document.querySelector('#state') as HTMLElement

const REASONS: Readonly<Record<number, string>> = {
  1: 'Stopped.',
  2: 'The connection was lost and did not come back.',
  3: 'The file can’t be decoded: it may have changed while it played. Reload the page.',
  4: 'This browser can’t play the file, or it is gone.',
}

function bufferedUntil(): number {
  const { buffered: ranges, currentTime } = video
  for (let i = 0; i < ranges.length; i += 1) {
    if (ranges.start(i) <= currentTime && currentTime <= ranges.end(i)) return ranges.end(i)
  }
  return currentTime
}

function showState(): void {
  if (video.error) state.textContent = REASONS[video.error.code] ?? 'Failed.'
  else if (video.ended) state.textContent = 'Played to the end.'
  else if (video.readyState < 3 && !video.paused) state.textContent = 'Waiting for data …'
  else state.textContent = `${Math.round(bufferedUntil() - video.currentTime)} s ahead`
}

for (const event of ['error', 'ended', 'waiting', 'playing', 'progress', 'timeupdate', 'seeked']) {
  video.addEventListener(event, showState)
}
