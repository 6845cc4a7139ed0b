import type { Logger } from 'pino'

const DAY = 86_400_000
/** ms before the end of its validity from which a certificate is reported. Certbot renews 30 days before. */
const NOTICE = 14 * DAY

/**
 * Warns of a certificate that has expired, or does so soon.
 *
 * @param expires ms since 1970
 */
export function warnOfExpiry(
  expires: number,
  logger: Pick<Logger, 'warn'>,
  now: number = Date.now(),
): void {
  if (expires - now > NOTICE) return
  const facts = { expires: new Date(expires).toISOString() }
  if (expires <= now) logger.warn(facts, 'the certificate has expired')
  else logger.warn(facts, 'the certificate expires soon')
}
