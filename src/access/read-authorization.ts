/** The name and password in a field Authorization of the scheme Basic (RFC 7617 §2); undefined for another one. */
export function readBasic(
  authorization: string | undefined,
): { readonly name: string; readonly password: string } | undefined {
  const [, encoded = ''] = /^basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(authorization ?? '') ?? []
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  return { name: text.slice(0, colon).normalize('NFC'), password: text.slice(colon + 1) }
}

/** The token in a field Authorization of the scheme Bearer (RFC 6750 §2.1). */
export function readBearer(authorization: string | undefined): string | undefined {
  const [, token] = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? '') ?? []
  return token
}
