import { parseDictionary } from 'structured-headers'

/** The tag of signatures by which browsers verify who has published a resource (Signature-based Integrity, WICG). */
const TAG = 'ed25519-integrity'
/** The only component that such a signature has to cover, as RFC 9421 §2 writes its identifier. */
const COMPONENT = { name: 'unencoded-digest', identifier: '"unencoded-digest";sf' } as const
/** The label of a signature that no request has named. */
const LABEL = 'lastbyte'

/** What is signed, and the value of Signature-Input that says so. */
export interface IntegritySignature {
  /** The signature base (RFC 9421 §2.5), in ASCII. */
  readonly base: string
  /** The label of the signature and its parameters, a member of Signature-Input. */
  readonly input: string
  readonly label: string
}

/**
 * A signature of an Unencoded-Digest field, for the responses of any URL.
 *
 * @param digest the value of the field, as a structured field is serialized
 * @param keyId the public key in base64
 * @param label from `requestedLabel`
 */
export function integritySignature(
  digest: string,
  keyId: string,
  label: string = LABEL,
): IntegritySignature {
  const parameters = `(${COMPONENT.identifier});keyid="${keyId}";tag="${TAG}"`
  return {
    base: `${COMPONENT.identifier}: ${digest}\n"@signature-params": ${parameters}`,
    input: `${label}=${parameters}`,
    label,
  }
}

/** The member of Signature with the bytes of a signature. */
export function signatureMember(label: string, signature: Uint8Array): string {
  return `${label}=:${Buffer.from(signature).toString('base64')}:`
}

/**
 * The label of the first signature that an Accept-Signature field (RFC 9421 §5.1) requests and this key can make.
 * undefined if the field is absent or malformed, or requests other signatures alone. Each requested parameter would
 * have to be in the signature (§5.2): a time, a nonce and the algorithm, which the profile forbids, never are.
 */
export function requestedLabel(field: string | undefined, keyId: string): string | undefined {
  if (field === undefined) return undefined
  try {
    for (const [label, [components, parameters]] of parseDictionary(field)) {
      const isCovered = Array.isArray(components) && components.every(isComponent)
      const { keyid = keyId, tag, ...others } = Object.fromEntries(parameters)
      const isOurs = keyid === keyId && tag === TAG && Object.keys(others).length === 0
      if (isCovered && components.length === 1 && isOurs) return label
    }
  } catch {
    // A malformed field is ignored as a whole (RFC 9651 §4.2).
  }
  return undefined
}

function isComponent([name, parameters]: readonly [unknown, ReadonlyMap<string, unknown>]) {
  return name === COMPONENT.name && parameters.get('sf') === true && parameters.size === 1
}
