const FIRST_SURROGATE = 0xd800

/** Compares texts by the bytes of their UTF-8. Differs from the order of `<` beyond U+FFFF alone. */
export function compareUtf8(one: string, other: string): number {
  const length = Math.min(one.length, other.length)
  for (let at = 0; at < length; at += 1) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)]
    if (a !== b) return weight(a) - weight(b)
  }
  return one.length - other.length
}

/** A code unit, with surrogates behind all others: they stand for code points above U+FFFF. */
function weight(unit: number): number {
  return unit < FIRST_SURROGATE || unit > 0xdfff ? unit : unit + 0x10000
}
