/** The last word of the name of a parameter whose value lets others in. */
const SECRET =
  /(^|-)(token|jwt|signature|sig|hmac|secret|password|passwd|pwd|auth|authorization|credentials?|apikey|key|session|sid|code)$/
const HIDDEN = '***'

/**
 * A request target or the URL of a Referer without secrets: user and password of an absolute URL, and the values of
 * query parameters such as `token`, `lb-signature` or `X-Amz-Credential`.
 */
export function redactSecrets(target: string): string {
  const at = target.search(/[?#]/)
  const path = at === -1 ? target : target.slice(0, at)
  const bare = path.replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/]*@/i, `$1//${HIDDEN}@`)
  if (at === -1) return bare
  return bare + target.slice(at).replace(/([?#&;])([^=&;#]*)=([^&;#]*)/g, redactParameter)
}

function redactParameter(whole: string, before: string, name: string): string {
  return isSecret(name) ? `${before}${name}=${HIDDEN}` : whole
}

/** Percent-encoding and case don't hide a name. */
function isSecret(name: string): boolean {
  const words = decoded(name)
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[^a-z0-9]+/gi, '-')
    .replace(/-+$/, '')
  return SECRET.test(words.toLowerCase())
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
