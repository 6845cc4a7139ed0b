/** `1:02:03`, `2:03`, `0:00`; empty for a time that is not known. */
export function formatTime(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return ''
  const whole = Math.floor(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

/** Seconds of a time such as `1:02:03.5`, `02:03`, `90` or `90.5s`; undefined for another text. */
export function parseTime(text: string): number | undefined {
  const match = /^(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,6}(?:[.,]\d{1,9})?)s?$/.exec(text.trim())
  if (match === null) return undefined
  const [, hours = '0', minutes = '0', seconds = '0'] = match
  return (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds.replace(',', '.'))
}

/** The start of a media fragment (`#t=90`, `#t=npt:1:30,2:00`); undefined in another fragment. */
export function startOfFragment(hash: string): number | undefined {
  const value = new URLSearchParams(hash.replace(/^#/, '')).get('t')
  return value === null ? undefined : parseTime(value.replace(/^npt:/, '').split(',')[0] ?? '')
}
