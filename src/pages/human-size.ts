const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB']

/** A size for people, in powers of 1000 with two digits at least: `999 bytes`, `1.2 kB`, `46 MB`. */
export function humanSize(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  let value = bytes
  let unit = -1
  // 999,500 bytes are 1.0 MB, not 1000 kB.
  while (unit === -1 || (value >= 999.5 && unit < UNITS.length - 1)) {
    value /= 1000
    unit += 1
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`
}

/** `1,234,567 bytes` */
export function exactSize(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes.toLocaleString('en')} bytes`
}
