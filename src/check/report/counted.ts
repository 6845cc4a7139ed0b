/** `1 check`, `2 checks`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Bytes for people: `512 bytes`, `4 MiB`, `1.5 GiB`. */
export function byteText(bytes: number): string {
  if (bytes < 1024) return counted(bytes, 'byte')
  const power = Math.min(4, Math.floor(Math.log2(bytes) / 10))
  const number = bytes / 1024 ** power
  return `${Number(number.toFixed(1))} ${['', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`
}
