import { type Fault, kindOf } from './fault-kinds.js'

/** Whether one of the faults acts on the body of the request. */
export function actsOnUploads(faults: readonly Fault[]): boolean {
  return faults.some((fault) => kindOf(fault).receive !== undefined)
}
