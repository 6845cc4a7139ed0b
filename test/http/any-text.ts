import fc from 'fast-check'

/** Any text at all: noise with lone surrogates in it, or a field's own tokens strung together. */
export function anyText(...tokens: string[]): fc.Arbitrary<string> {
  const noise = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units))
  const digits = fc.bigInt(0n, 2n ** 70n).map(String)
  const token = fc.oneof(fc.constantFrom(' ', '\t', ',', ';', '\0', '\u00ff', ...tokens), digits)
  return fc.oneof(
    noise,
    fc.array(token, { maxLength: 80 }).map((list) => list.join('')),
  )
}
