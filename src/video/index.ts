export { type Guard, guard } from './guard.js'
export type { GuardOptions } from './guard-options.js'
export type { GuardState } from './guard-state.js'
