import { type Exchange, fieldOf } from './exchange.js'

/** Such as `ETag: "a"`, or `no ETag`. */
export function describeField(exchange: Exchange, name: string): string {
  const value = fieldOf(exchange, name)
  return value === undefined ? `no ${name}` : `${name}: ${value}`
}
