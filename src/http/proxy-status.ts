import { serializeList, Token } from 'structured-headers'

/** Error types of RFC 9209 §2.3 that an origin can cause, and the status recommended for each. */
export const PROXY_ERRORS = {
  connection_refused: 502,
  connection_terminated: 502,
  connection_timeout: 504,
  connection_read_timeout: 504,
  destination_ip_prohibited: 502,
  destination_ip_unroutable: 502,
  dns_error: 502,
  http_protocol_error: 502,
  http_response_body_size: 502,
  http_response_content_coding: 502,
  http_response_incomplete: 502,
  http_response_timeout: 504,
  proxy_configuration_error: 500,
  tls_certificate_error: 502,
  tls_protocol_error: 502,
} as const

export type ProxyError = keyof typeof PROXY_ERRORS

/** The outcome of a request to the origin, for a Proxy-Status header field. */
export type ProxyReport =
  | { readonly error: ProxyError }
  /** The status that was received from the origin. */
  | { readonly received: number }

/** Formats a Proxy-Status header field (RFC 9209 §2): `lastbyte;error=connection_refused`. */
export function formatProxyStatus(proxy: string, report: ProxyReport): string {
  const parameters =
    'error' in report
      ? new Map([['error', new Token(report.error)]])
      : new Map([['received-status', report.received]])
  return serializeList([[new Token(proxy), parameters]])
}
